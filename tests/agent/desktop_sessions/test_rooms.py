"""One agent for each session of a person: each has a room of its own, and nobody is left unrecorded or unheard."""

from pathlib import Path

import pytest

from agent.control.captured import read_captured
from agent.control.local_socket import AlreadyRunning
from agent.desktop_sessions.names import room_of, session_name
from agent.desktop_sessions.rooms import take_room
from agent.settings import StateFolder
from agent.spool.deliveries import acknowledge, next_batch
from agent.spool.rows import EventNote
from agent.spool.store import SpoolStore
from tests.agent.builders import NOW, agent_session, raw_event


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    state = StateFolder(tmp_path / "state")
    state.prepare()
    return state


@pytest.mark.parametrize(
    ("environment", "platform", "name"),
    [
        ({"DISPLAY": ":0"}, "linux", ":0"),
        ({"DISPLAY": ":0.1"}, "linux", ":0"),
        ({"DISPLAY": "localhost:10.0"}, "linux", "localhost:10"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "linux", "wayland-0"),
        ({"SESSIONNAME": "RDP-Tcp#3"}, "win32", "RDP-Tcp#3"),
        ({}, "darwin", ""),
    ],
)
def test_a_session_has_a_name(environment: dict[str, str], platform: str, name: str) -> None:
    assert session_name(environment, platform) == name


def test_every_session_has_one_agent_and_the_first_has_the_state_folder(folder: StateFolder) -> None:
    first, second = take_room(folder, ":0"), take_room(folder, ":1")
    assert first.folder.spool == folder.path / "spool.sqlite"
    assert second.folder.spool == folder.path / "session-2" / "spool.sqlite"
    assert second.folder.enrolment == folder.enrolment
    assert second.folder.consents == folder.consents
    assert second.folder.room.stat().st_mode & 0o777 == 0o700
    for name in (":0", ":1"):
        with pytest.raises(AlreadyRunning):
            take_room(folder, name)
    assert room_of(folder.path, ":1") == second.folder.room
    assert room_of(folder.path, "") == folder.path
    first.release()
    again = take_room(folder, ":2")
    assert again.folder.room == folder.path
    again.release()
    second.release()


def test_what_an_ended_session_left_is_taken_over_once_with_its_history(folder: StateFolder) -> None:
    first, second = take_room(folder, ":0"), take_room(folder, ":1")
    left = SpoolStore(second.folder.spool)
    number = left.begin_session(agent_session(2))
    left.append(number, [raw_event(0), raw_event(1)], notes=[EventNote("1"), EventNote("2", "Payroll")])
    batch = next_batch(left, max_events=1)
    assert batch is not None
    acknowledge(left, batch, at_us=NOW)
    store = SpoolStore(first.folder.spool)
    store.append(store.begin_session(agent_session(1)), [raw_event(7)])
    first.adopt_from_others(store)
    assert store.waiting_count == 1, "its agent runs still"
    left.close()
    second.release()
    first.adopt_from_others(store)
    assert store.waiting_count == 2
    shown = [(each.event.sequence, each.sent_us, each.masked_by) for each in read_captured(store.path)[0]]
    assert shown == [(7, None, ()), (0, NOW, ()), (1, None, ("Payroll",))]
    assert not second.folder.spool.exists()
    store.declined = frozenset({2})
    first.release()
