"""Writes what each system reads to start the agent with a session. Pure; tested with the systems' own parsers."""

import plistlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

UNIT_NAME, ENTRY_NAME = "task-mining-agent.service", "task-mining-agent.desktop"
START_UNIT = ("systemctl", "--user", "start", UNIT_NAME)
UNIT_HEAD_START_SECONDS = 5
TASK_NAME = "Task Mining Agent"
LABEL = "org.task-mining.agent"
_ODD_IN_PROGRAMS = frozenset("\"'\\$")
"""What systemd takes in arguments, but not in the name of a program."""


def _unit_word(word: str) -> str:
    """As systemd reads a word of a command: quoted, with its own signs doubled."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"'


def systemd_unit(command: Sequence[str]) -> str:
    """Bounded in memory and CPU; not restarted when it says that it is not set up (status 78)."""
    starter = ("/usr/bin/env",) if _ODD_IN_PROGRAMS & set(command[0]) else ()
    return f"""[Unit]
Description=Task Mining agent (see: task-mining-agent status)
PartOf=graphical-session.target
After=graphical-session.target

[Service]
ExecStart={" ".join(_unit_word(word) for word in (*starter, *command))}
Restart=on-failure
RestartSec=30
RestartPreventExitStatus=78
MemoryMax=200M
CPUQuota=20%

[Install]
WantedBy=graphical-session.target
"""


def _entry_word(word: str) -> str:
    """As desktops read a word of a command: quoted, then escaped once more as every value of an entry is."""
    plain = "".join(f"\\{each}" if each in '"`$\\' else each for each in word).replace("%", "%%")
    return f'"{plain}"'.replace("\\", "\\\\")


def session_start(command: Sequence[str]) -> tuple[str, ...]:
    """The unit first, where there is one: in the same session the second start then ends, in another it goes on."""
    unit = " ".join(START_UNIT)
    return "/bin/sh", "-c", f'{unit} 2>/dev/null; sleep {UNIT_HEAD_START_SECONDS}; exec "$0" "$@"', *command


def session_entry(command: Sequence[str]) -> str:
    """For desktops that do not tell systemd of their sessions, and for a person's second session beside systemd's."""
    return f"""[Desktop Entry]
Type=Application
Name=Task Mining agent
Comment=Records how work is done, with your knowledge
Exec={" ".join(_entry_word(word) for word in command)}
NoDisplay=true
"""


def task_user(environment: Mapping[str, str]) -> str:
    """DOMAIN\\name of who is signed in; "" when Windows does not say."""
    domain, name = environment.get("USERDOMAIN", ""), environment.get("USERNAME", "")
    return f"{domain}\\{name}" if domain and name else name


def _task_argument(word: str) -> str:
    return f'"{word}"' if " " in word else word


def scheduled_task(command: Sequence[str], *, user: str) -> str:
    """At sign-in of this person alone (for everybody's, Windows would ask an administrator), in their own session."""
    owner = f"<UserId>{escape(user)}</UserId>" if user else ""
    arguments = " ".join(_task_argument(word) for word in command[1:])
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Task Mining agent (see: task-mining-agent status)</Description></RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled>{owner}</LogonTrigger></Triggers>
  <Principals>
    <Principal id="Author">
      {owner}<LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>Parallel</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>10</Count></RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec><Command>{escape(command[0])}</Command><Arguments>{escape(arguments)}</Arguments></Exec>
  </Actions>
</Task>
"""


def launch_agent(command: Sequence[str]) -> bytes:
    """Started again after a crash alone, and only where there is a desktop."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "KeepAlive": {"Crashed": True},
            "ThrottleInterval": 30,
            "LimitLoadToSessionType": "Aqua",
            "ProcessType": "Background",
        }
    )
