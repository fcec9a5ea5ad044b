"""Starts the agent with the person's session: a systemd user unit, a scheduled task, or a LaunchAgent.

Only `install` and `uninstall` touch the system; the texts come from `autostart_texts`.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from agent.installation.autostart_texts import (
    ENTRY_NAME,
    LABEL,
    TASK_NAME,
    UNIT_NAME,
    launch_agent,
    scheduled_task,
    session_entry,
    session_start,
    systemd_unit,
    task_user,
)


def program(platform: str = sys.platform) -> tuple[str, ...]:
    """What to start, with its arguments. On Windows without a console window, where Python has such a program."""
    beside = Path(sys.executable).parent
    if platform == "win32" and (beside / "pythonw.exe").is_file():
        return str(beside / "pythonw.exe"), "-m", "agent.command", "run"
    found = shutil.which("task-mining-agent")
    return found or str(beside / "task-mining-agent"), "run"


def place(environment: Mapping[str, str], platform: str = sys.platform) -> Path:
    """The file that the system reads."""
    if platform == "darwin":
        return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    if platform == "win32":
        return Path(environment.get("LOCALAPPDATA", str(Path.home()))) / "TaskMiningAgent" / "autostart.xml"
    return _config(environment) / "systemd" / "user" / UNIT_NAME


def _config(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def _entry(environment: Mapping[str, str]) -> Path:
    """What desktops read that do not tell systemd of their sessions, as Xfce and the smaller ones."""
    return _config(environment) / "autostart" / ENTRY_NAME


def _tell_system(*commands: tuple[str, ...]) -> bool:
    """True when every command succeeded; a system manager that is not there is not an error of ours."""
    for command in commands:
        if shutil.which(command[0]) is None:
            return False
        if subprocess.run(command, check=False, capture_output=True, timeout=30).returncode != 0:
            return False
    return True


def install(environment: Mapping[str, str], platform: str = sys.platform) -> str:
    """One sentence about what was done."""
    file, command = place(environment, platform), program(platform)
    file.parent.mkdir(parents=True, exist_ok=True)
    if platform == "win32":
        file.write_text(scheduled_task(command, user=task_user(environment)), encoding="utf-16")
        is_told = _tell_system(
            ("schtasks", "/Create", "/F", "/TN", TASK_NAME, "/XML", str(file)), ("schtasks", "/Run", "/TN", TASK_NAME)
        )
    elif platform == "darwin":
        file.write_bytes(launch_agent(command))
        is_told = _tell_system(("launchctl", "load", "-w", str(file)))
    else:
        file.write_text(systemd_unit(command), encoding="utf-8")
        entry = _entry(environment)
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.write_text(session_entry(session_start(command)), encoding="utf-8")
        is_told = _tell_system(
            ("systemctl", "--user", "daemon-reload"), ("systemctl", "--user", "enable", "--now", UNIT_NAME)
        )
    start = "It starts with your session." if is_told else "Sign in again, or enable it with the system's own tool."
    return f"Installed as {file}. {start}"


def uninstall(environment: Mapping[str, str], platform: str = sys.platform) -> str:
    """Also where nothing was installed."""
    file = place(environment, platform)
    if platform == "win32":
        _tell_system(("schtasks", "/End", "/TN", TASK_NAME))
        _tell_system(("schtasks", "/Delete", "/F", "/TN", TASK_NAME))
    elif platform == "darwin":
        _tell_system(("launchctl", "unload", "-w", str(file)))
    else:
        _tell_system(("systemctl", "--user", "disable", "--now", UNIT_NAME))
        _entry(environment).unlink(missing_ok=True)
    file.unlink(missing_ok=True)
    return "The agent no longer starts with your session. What waits in its spool stays until you remove its folder."
