"""Which desktop session a program runs in, and the folder of the agent of that session. Standard library only.

A person may be signed in several times at once: the first agent has the state folder, each further one a room in it.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOMS_MAX = 16
NAME_FILE, LOCK_FILE = "session.txt", "agent.lock"


def session_name(environment: Mapping[str, str], platform: str = sys.platform) -> str:
    """As the person may know it: a display, on Windows the session; "" where there is only one."""
    if platform == "win32":
        return environment.get("SESSIONNAME", "")
    display = environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY", "")
    host, colon, number = display.rpartition(":")
    return f"{host}{colon}{number.partition('.')[0]}"  # every screen of a display is one session


def rooms(state: Path) -> Iterator[Path]:
    """The folders that agents of one person may have, the first first."""
    yield state
    for number in range(2, ROOMS_MAX + 1):
        yield state / f"session-{number}"


def name_of(room: Path) -> str:
    """The session whose agent had the room last; "" when none had."""
    try:
        return (room / NAME_FILE).read_text(encoding="utf-8")
    except OSError:
        return ""


def room_of(state: Path, name: str) -> Path:
    """Where the agent of this session is; the first room for who is in none (over ssh, say)."""
    there = [room for room in rooms(state) if (room / NAME_FILE).exists()]
    return next((room for room in there if name and name_of(room) == name), state)
