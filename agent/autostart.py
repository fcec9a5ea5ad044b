"""Starts the agent with the person's session: a systemd user unit, a scheduled task, or a LaunchAgent.

Texts are made by pure functions; the system is only touched by `install` and `uninstall`.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

UNIT_NAME = "task-mining-agent.service"
TASK_NAME = "Task Mining Agent"
LABEL = "org.task-mining.agent"


def program() -> str:
    """The command to start: the installed one, else this interpreter's."""
    found = shutil.which("task-mining-agent")
    return found or str(Path(sys.executable).with_name("task-mining-agent"))


def systemd_unit(command: str) -> str:
    """Bounded in memory and CPU; not restarted when it says that it is not set up (status 78)."""
    return f"""[Unit]
Description=Task Mining agent (see: task-mining-agent status)
PartOf=graphical-session.target
After=graphical-session.target

[Service]
ExecStart="{command}" run
Restart=on-failure
RestartSec=30
RestartPreventExitStatus=78
MemoryMax=200M
CPUQuota=20%

[Install]
WantedBy=graphical-session.target
"""


def scheduled_task(command: str) -> str:
    """At sign-in of this person (a service of session 0 could see no desktop)."""
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>10</Count></RestartOnFailure>
  </Settings>
  <Actions><Exec><Command>{escape(command)}</Command><Arguments>run</Arguments></Exec></Actions>
</Task>
"""


def launch_agent(command: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
  <key>Label</key><string>{LABEL}</string>
  <key>ProgramArguments</key><array><string>{escape(command)}</string><string>run</string></array>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>Crashed</key><true/></dict>
  <key>ThrottleInterval</key><integer>30</integer>
  <key>LimitLoadToSessionType</key><string>Aqua</string>
</dict></plist>
"""


def _place(environment: Mapping[str, str]) -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA", str(Path.home()))) / "TaskMiningAgent" / "autostart.xml"
    config = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(config) / "systemd" / "user" / UNIT_NAME


def _tell_system(*commands: tuple[str, ...]) -> bool:
    """True when every command succeeded; a system manager that is not there is not an error of ours."""
    for command in commands:
        if shutil.which(command[0]) is None:
            return False
        if subprocess.run(command, check=False, capture_output=True, timeout=30).returncode != 0:
            return False
    return True


def install(environment: Mapping[str, str]) -> str:
    """One sentence about what was done."""
    place = _place(environment)
    place.parent.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        place.write_text(scheduled_task(program()), encoding="utf-16")
        is_told = _tell_system(("schtasks", "/Create", "/F", "/TN", TASK_NAME, "/XML", str(place)))
    elif sys.platform == "darwin":
        place.write_text(launch_agent(program()), encoding="utf-8")
        is_told = _tell_system(("launchctl", "load", "-w", str(place)))
    else:
        place.write_text(systemd_unit(program()), encoding="utf-8")
        is_told = _tell_system(
            ("systemctl", "--user", "daemon-reload"), ("systemctl", "--user", "enable", "--now", UNIT_NAME)
        )
    start = "It starts with your session." if is_told else "Sign in again, or enable it with the system's own tool."
    return f"Installed as {place}. {start}"


def uninstall(environment: Mapping[str, str]) -> str:
    place = _place(environment)
    if sys.platform == "win32":
        _tell_system(("schtasks", "/Delete", "/F", "/TN", TASK_NAME))
    elif sys.platform == "darwin":
        _tell_system(("launchctl", "unload", "-w", str(place)))
    else:
        _tell_system(("systemctl", "--user", "disable", "--now", UNIT_NAME))
    place.unlink(missing_ok=True)
    return "The agent no longer starts with your session. What waits in its spool stays until you remove its folder."
