"""What is written for each system's autostart, read by the system's own parser where there is one; and its removal."""

import json
import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.installation.autostart import install, place, program, uninstall
from agent.installation.autostart_texts import (
    LABEL,
    launch_agent,
    scheduled_task,
    session_entry,
    session_start,
    systemd_unit,
    task_user,
)
from tests.fakes.desktop import missing

TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
ODD = st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"]), min_size=1, max_size=30)


def test_the_unit_is_bounded_and_does_not_restart_what_is_not_set_up() -> None:
    unit = systemd_unit(("/opt/agent bin/task-mining-agent", "run"))
    assert 'ExecStart="/opt/agent bin/task-mining-agent" "run"' in unit
    assert "RestartPreventExitStatus=78" in unit
    assert "MemoryMax=" in unit


@pytest.mark.x11
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="Missing systemd: install the system package.")
@pytest.mark.parametrize("folder", ["plain", "100% of it", 'with "quotes", $signs and \\'])
def test_systemd_finds_nothing_to_complain_about(tmp_path: Path, folder: str) -> None:
    started = tmp_path / folder / "task-mining-agent"
    started.parent.mkdir()
    started.write_text("#!/bin/sh\n", encoding="utf-8")
    started.chmod(0o700)
    unit = tmp_path / "task-mining-agent.service"
    unit.write_text(systemd_unit((str(started), "run")), encoding="utf-8")
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}

    def verify() -> tuple[int, str]:
        command = ["systemd-analyze", "--user", "verify", "--man=no", str(unit)]
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=60)
        complaints = [line for line in done.stderr.splitlines() if "task-mining-agent" in line]
        return done.returncode, "\n".join(complaints)

    assert verify() == (0, "")
    with unit.open("a", encoding="utf-8") as file:
        file.write("[Service]\nOdd=1\n")
    assert "Unknown key 'Odd'" in verify()[1]  # what it says nothing about, it has read


def _element(root: ElementTree.Element, path: str) -> ElementTree.Element:
    found = root.find("/".join(f"{TASK}{name}" for name in path.split("/")))
    assert found is not None, path
    return found


@given(ODD, ODD)
def test_the_task_names_who_and_what_however_they_are_called(command: str, user: str) -> None:
    text = scheduled_task((command, "-m", "agent.command", "run"), user=user)
    root = ElementTree.fromstring(text.encode("utf-16"))
    assert (root.tag, root.get("version")) == (f"{TASK}Task", "1.2")
    assert _element(root, "Triggers/LogonTrigger/UserId").text == user
    owner = _element(root, "Principals/Principal")
    assert _element(root, "Actions").get("Context") == owner.get("id")
    assert _element(root, "Principals/Principal/LogonType").text == "InteractiveToken"
    assert _element(root, "Principals/Principal/RunLevel").text == "LeastPrivilege"
    assert _element(root, "Settings/ExecutionTimeLimit").text == "PT0S"
    assert _element(root, "Settings/DisallowStartIfOnBatteries").text == "false"
    assert _element(root, "Actions/Exec/Command").text == command
    assert _element(root, "Actions/Exec/Arguments").text == "-m agent.command run"


def test_the_task_is_of_who_is_signed_in() -> None:
    assert task_user({"USERDOMAIN": "ACME", "USERNAME": "jane"}) == "ACME\\jane"
    assert task_user({"USERNAME": "jane"}) == "jane"
    assert "<UserId>" not in scheduled_task(("agent.exe", "run"), user=task_user({}))


@given(ODD)
def test_the_launch_agent_is_read_as_it_was_meant(command: str) -> None:
    read = plistlib.loads(launch_agent((command, "run")))
    assert (read["Label"], read["ProgramArguments"]) == (LABEL, [command, "run"])
    assert (read["RunAtLoad"], read["KeepAlive"]) == (True, {"Crashed": True})
    assert read["LimitLoadToSessionType"] == "Aqua"


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_installing_and_uninstalling_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    told: list[tuple[str, ...]] = []

    def tell_system(*commands: tuple[str, ...]) -> bool:
        told.extend(commands)
        return False

    monkeypatch.setattr("agent.installation.autostart._tell_system", tell_system)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path), "USERNAME": "jane"}
    assert "Sign in again" in install(environment, platform)
    written = {file for file in tmp_path.rglob("*") if file.is_file()}
    assert place(environment, platform) in written
    assert {file.name for file in written} - {place(environment, platform).name} <= {"task-mining-agent.desktop"}
    uninstall(environment, platform)
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {command[0] for command in told} == {
        {"linux": "systemctl", "win32": "schtasks", "darwin": "launchctl"}[platform]
    }


READ_ENTRY = """
import json, sys
from gi.repository import GLib
entry = GLib.KeyFile()
entry.load_from_file(sys.argv[1], GLib.KeyFileFlags.NONE)
command = entry.get_string("Desktop Entry", "Exec").replace("%%", "%")  # as desktops fill in what is named by a sign
print(json.dumps([entry.get_string("Desktop Entry", "Type"), *GLib.shell_parse_argv(command)[1]]))
"""


@pytest.mark.x11
@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.parametrize("name", ["/usr/bin/agent", '/home/Jürgen 100% `$x` "y" \\ z/agent', "/tmp/it's/agent"])
def test_the_session_entry_is_read_by_a_desktops_own_parser(tmp_path: Path, name: str) -> None:
    entry = tmp_path / "agent.desktop"
    entry.write_text(session_entry(session_start((name, "run"))), encoding="utf-8")
    read = subprocess.run(
        ["/usr/bin/python3", "-c", READ_ENTRY, str(entry)], check=True, capture_output=True, text=True, timeout=60
    )
    kind, shell, option, script, *started = json.loads(read.stdout)
    assert (kind, shell, option, started) == ("Application", "/bin/sh", "-c", [name, "run"])
    assert script.endswith('exec "$0" "$@"')


def test_windows_starts_it_without_a_console_where_it_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python.exe"))
    assert program("win32")[-1] == "run"
    (tmp_path / "pythonw.exe").touch()
    assert program("win32") == (str(tmp_path / "pythonw.exe"), "-m", "agent.command", "run")
    assert program("linux")[0].endswith("task-mining-agent")
