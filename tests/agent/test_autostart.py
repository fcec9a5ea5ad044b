"""What is written for each system's autostart."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from agent.autostart import install, launch_agent, scheduled_task, systemd_unit, uninstall


def test_the_unit_is_bounded_and_does_not_restart_what_is_not_set_up() -> None:
    unit = systemd_unit("/opt/agent bin/task-mining-agent")
    assert 'ExecStart="/opt/agent bin/task-mining-agent" run' in unit
    assert "RestartPreventExitStatus=78" in unit
    assert "MemoryMax=" in unit


def test_the_texts_for_other_systems_are_well_formed() -> None:
    for text in (scheduled_task("C:\\a & b\\agent.exe"), launch_agent("/a & b/agent")):
        ElementTree.fromstring(text.partition("?>")[2].strip())


def test_installing_and_uninstalling_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.autostart._tell_system", lambda *commands: False)
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert "Sign in again" in install(environment)
    assert (tmp_path / "systemd" / "user" / "task-mining-agent.service").is_file()
    uninstall(environment)
    assert not list(tmp_path.rglob("*.service"))
