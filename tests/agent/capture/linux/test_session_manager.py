"""What a logind on a bus of its own says of one session among several: locked, switched away, asleep."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from jeepney import DBusAddress, new_signal

from agent.capture.linux.buses import DesktopBuses
from agent.capture.observations import Action, LockSeen, Observation, SleepSeen
from agent.dbus.connection import BusConnection
from tests.agent.signed_in import MANAGER, PATH, SESSION, Logind, logind, no_logind
from tests.fakes.desktop import wait_for

pytestmark = [pytest.mark.desktop, pytest.mark.skipif(bool(no_logind()), reason=no_logind())]


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Logind]:
    """With two sessions of the same person; ours is the first."""
    monkeypatch.setenv("XDG_SESSION_ID", "1")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/no-session-bus")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/system-bus")
    with logind(tmp_path, os.environ) as manager:
        manager.add("1")
        manager.add("2")
        yield manager


@contextmanager
def _listening() -> Iterator[list[Observation]]:
    seen: list[Observation] = []
    buses = DesktopBuses(seen.append, lambda: 0)
    buses.start(with_elements=False)
    try:
        assert buses.has["system"]
        yield seen
    finally:
        buses.stop()


def _waits(manager: Logind) -> bool:
    return ("sleep", "Task Mining") in manager.delays()


def _heard(seen: list[Observation], *expected: Observation) -> None:
    """Exactly this, in this order."""
    wait_for(lambda: len(seen) >= len(expected), what=f"{len(expected)} observations")
    assert [each for each in seen if not isinstance(each, Action)] == list(expected)


def test_locking_and_unlocking_as_the_session_manager_asks_for_it(manager: Logind) -> None:
    with _listening() as seen:
        manager.session("1", "Lock")
        manager.session("1", "Unlock")
        _heard(seen, LockSeen(0, is_locked=True), LockSeen(0, is_locked=False))


def test_another_session_on_the_same_machine_is_somebody_elses(manager: Logind) -> None:
    with _listening() as seen:
        manager.session("2", "Lock")
        manager.session("2", "SetLockedHint", "b", True)
        manager.show("2", is_active=False)
        manager.session("1", "SetLockedHint", "b", True)
        _heard(seen, LockSeen(0, is_locked=True))


def test_a_session_that_is_switched_away_is_locked_until_it_is_back(manager: Logind) -> None:
    with _listening() as seen:
        manager.show("1", is_active=False)
        manager.show("1", is_active=True)
        _heard(seen, LockSeen(0, is_locked=True), LockSeen(0, is_locked=False))


def test_who_comes_back_to_a_locked_session_has_not_unlocked_it(manager: Logind) -> None:
    with _listening() as seen:
        manager.session("1", "SetLockedHint", "b", True)
        manager.show("1", is_active=False)
        manager.show("1", is_active=True)
        wait_for(lambda: len(seen) == 3, what="the signals")
        assert [each.is_locked for each in seen if isinstance(each, LockSeen)] == [True, True, True]
        manager.session("1", "SetLockedHint", "b", False)
        wait_for(lambda: seen[-1] == LockSeen(0, is_locked=False), what="the unlocking")


def test_an_agent_that_starts_in_a_locked_session_knows(manager: Logind) -> None:
    manager.session("1", "SetLockedHint", "b", True)
    with _listening() as seen:
        _heard(seen, LockSeen(0, is_locked=True))


def test_a_service_of_the_user_finds_the_users_session_on_a_display(
    manager: Logind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is how the agent is installed: a unit of the user's systemd runs in no session."""
    monkeypatch.delenv("XDG_SESSION_ID")
    manager.show_user("2")
    with _listening() as seen:
        manager.session("1", "Lock")
        manager.session("2", "Lock")
        _heard(seen, LockSeen(0, is_locked=True))


def test_without_any_session_sleep_is_still_heard(manager: Logind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_SESSION_ID")
    with _listening() as seen:
        manager.session("1", "Lock")
        manager.sleep(is_asleep=True)
        wait_for(lambda: seen, what="the sleep")
        assert seen[0] == SleepSeen(0, is_asleep=True)


def test_sleep_waits_until_it_is_noted_and_the_next_one_does_too(manager: Logind) -> None:
    with _listening() as seen:
        assert _waits(manager)
        manager.sleep(is_asleep=True)
        wait_for(lambda: len(seen) == 2, what="the sleep")
        assert _waits(manager)
        asleep, noted = seen
        assert asleep == SleepSeen(0, is_asleep=True)
        assert isinstance(noted, Action)
        noted.do()  # the recorder has come to it
        wait_for(lambda: not _waits(manager), what="the sleep to begin")
        manager.sleep(is_asleep=False)
        wait_for(lambda: _waits(manager), what="the next delay")
        assert seen[2:] == [SleepSeen(0, is_asleep=False)]
    wait_for(lambda: not _waits(manager), what="nobody that delays sleep")


def test_what_somebody_else_says_in_its_name_is_not_believed(manager: Logind, tmp_path: Path) -> None:
    stranger = BusConnection(f"unix:path={tmp_path}/system-bus")
    with _listening() as seen:
        stranger.send(new_signal(DBusAddress(f"{PATH}/session/1", interface=SESSION), "Lock"))
        stranger.send(new_signal(DBusAddress(PATH, interface=MANAGER), "PrepareForSleep", "b", (True,)))
        manager.session("1", "Lock")
        _heard(seen, LockSeen(0, is_locked=True))
    stranger.close()
