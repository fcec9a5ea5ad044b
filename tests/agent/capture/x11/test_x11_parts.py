"""Parts of the backend that die, hang or lose what they listen to are noticed, and seen again once they are renewed."""

import os
import signal
import socket
import threading
from pathlib import Path

import pytest

from agent.capture.observations import BackendError, CaptureEnded, ClickSeen, KeyCounted, LockSeen
from agent.capture.own_surfaces import Place, Spot
from agent.capture.x11.windows import WindowWatcher
from agent.supervision.components import Component
from tests.agent.capture.x11.eye import Eye
from tests.fakes.desktop import Desktop, desktop, missing, wait_for

pytestmark = [
    pytest.mark.x11,
    pytest.mark.skipif(bool(missing()), reason=missing()),
]


def _part(eye: Eye, name: str) -> Component:
    return next(part for part in eye.backend.components() if part.name == name)


def _is_down(eye: Eye, name: str) -> bool:
    return not _part(eye, name).is_well()


def test_all_parts_run_and_answer(eye: Eye) -> None:
    for _ in range(3):
        assert [part.name for part in eye.backend.components() if not part.is_well()] == []
    wait_for(lambda: eye.backend._inputs._beat._asked is None, what="the answer of the inputs")
    wait_for(lambda: eye.backend._windows._beat._asked is None, what="the answer of the windows")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_windows_and_inputs_whose_threads_die_are_seen_again(
    screen: Desktop, eye: Eye, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(*_: object) -> None:
        raise RuntimeError("a thread that dies")

    alpha, beta = screen.terminal("alpha"), screen.terminal("beta")
    screen.activate(beta)
    wait_for(lambda: eye.titles()[-1:] == ["beta"], what="the second window")
    monkeypatch.setattr(eye.backend._windows, "_take_events", ends)
    monkeypatch.setattr(eye.backend._inputs, "_take", ends)
    eye.backend._inputs._beat.answer()
    screen.activate(alpha)
    screen.key("a")
    wait_for(lambda: _is_down(eye, "windows"), what="the end of the one")
    _part(eye, "windows").restart()
    wait_for(lambda: eye.titles()[-1:] == ["alpha"], what="the window in front")
    screen.activate(beta)
    wait_for(lambda: eye.titles()[-1:] == ["beta"], what="the next window")
    assert not eye.of(CaptureEnded)


def test_inputs_that_hang_are_left_and_tell_nothing_twice(
    screen: Desktop, eye: Eye, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.supervision.components.PATIENCE_SECONDS", 0.2)
    held, hung = threading.Event(), eye.backend._inputs
    monkeypatch.setattr(hung, "_find_element", lambda x, y: held.wait(120) and None)
    alpha = screen.terminal("alpha")
    screen.activate(alpha)
    screen.click(alpha)
    wait_for(lambda: _is_down(eye, "keys and clicks"), what="that it hangs")
    assert eye.backend.capabilities()["keys"] is True, "only the watch can tell"
    _part(eye, "keys and clicks").restart()
    assert not _is_down(eye, "keys and clicks")
    screen.write("hello")
    wait_for(lambda: len(eye.of(KeyCounted)) == 5, what="five keys")
    held.set()
    wait_for(lambda: not hung._thread.is_alive(), what="the end of the former")
    assert (len(eye.of(KeyCounted)), len(eye.of(ClickSeen))) == (5, 0)


def test_a_lost_bus_is_reached_again_and_locks_are_told_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = ("dbus-send", "--type=signal", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged")
    with desktop(tmp_path, has_bus=True) as screen:
        eye, connections = Eye(screen, monkeypatch), "connections to the desktop buses"
        try:
            screen.run(*lock, "boolean:true")
            wait_for(lambda: len(eye.of(LockSeen)) == 1, what="the lock")
            eye.backend._buses._buses["session"]._socket.shutdown(socket.SHUT_RDWR)
            wait_for(lambda: _is_down(eye, connections), what="the loss")
            _part(eye, connections).restart()
            assert not _is_down(eye, connections)
            screen.run(*lock, "boolean:false")
            wait_for(lambda: len(eye.of(LockSeen)) == 2, what="the unlock")
            assert [each.is_locked for each in eye.of(LockSeen)] == [True, False]
        finally:
            eye.backend.stop()


def test_stopping_does_not_wait_for_a_display_that_answers_nothing(
    screen: Desktop, eye: Eye, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, may_answer, inputs = threading.Event(), threading.Event(), eye.backend._inputs

    def hangs(x: int, y: int, *, front: int) -> Spot:
        asked.set()
        may_answer.wait(120)
        return Spot(Place.FRONT)

    monkeypatch.setattr(inputs._pointer, "spot", hangs)
    screen.run("xdotool", "click", "1")
    assert asked.wait(60)
    stopping = threading.Thread(target=inputs.stop, daemon=True)
    stopping.start()
    stopping.join(30)
    is_over = not stopping.is_alive()
    may_answer.set()
    assert is_over
    wait_for(lambda: not inputs._thread.is_alive(), what="its end, now that the display is cut")


def test_a_display_that_answers_nothing_keeps_nobody_waiting_who_asks_for_the_idle_time(
    screen: Desktop, eye: Eye
) -> None:
    """Whoever asks records, and takes the word to end."""
    answers: list[int | None] = []

    def ask() -> None:
        answers.extend(eye.backend.idle_us() for _ in range(3))

    os.kill(screen.server_pid, signal.SIGSTOP)
    try:
        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(60)
        assert answers == [None, None, None]
    finally:
        os.kill(screen.server_pid, signal.SIGCONT)
    wait_for(lambda: eye.backend.idle_us() is not None, what="the answer of a display that goes on")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # who begins in vain closes nothing
def test_a_display_that_is_lost_while_the_agent_begins_is_told_as_one_that_cannot_be_reached(
    screen: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = WindowWatcher.start

    def begin_and_lose(windows: WindowWatcher) -> None:
        begin(windows)
        os.kill(screen.server_pid, signal.SIGKILL)
        wait_for(lambda: not windows._thread.is_alive(), what="the loss")

    monkeypatch.setattr(WindowWatcher, "start", begin_and_lose)
    with pytest.raises(BackendError, match=r"The display :\d+ cannot be reached"):
        Eye(screen, monkeypatch)
