"""Systems call back whenever they like: also while a backend is still starting, before its other pieces have begun."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import permutations
from types import ModuleType
from typing import Any

import pytest

import agent.capture.macos.backend as mac
import agent.capture.windows.backend as windows
import agent.capture.x11.backend as x11
import agent.capture.x11.idle
import agent.capture.x11.inputs
import agent.capture.x11.windows
from agent.capture import wayland
from agent.capture.observations import ClickSeen, LockSeen, Observation, WindowSeen

Emit = Callable[[Observation], None]
MOMENTS = ("made", "started")


class _Piece:
    """An imagined piece of a backend: at one moment of its life everything that it may call is called."""

    moment = "started"

    def __init__(self, emit: Emit, now_us: Callable[[], int], *callbacks: Callable[..., object], **_: Any) -> None:
        self._call: Callable[[], None] = lambda: self._call_all(emit, callbacks)
        self.has = {"session": True, "system": True, "element": True}
        self.has_record = self.is_alive = self.has_clipboard = self.is_told = True
        self.heard_us = 0
        if self.moment == "made":
            self._call()

    def _call_all(self, emit: Emit, callbacks: tuple[Callable[..., object], ...]) -> None:
        for callback in callbacks:
            callback(*(7, 8)[: callback.__code__.co_argcount - hasattr(callback, "__self__")])
        emit(ClickSeen(1))

    def start(self, **_: Any) -> None:
        if self.moment == "started":
            self._call()

    def forget(self) -> None: ...

    def stop(self) -> None: ...

    leave = stop

    def is_well(self) -> bool:
        return True

    def components(self, restart: Callable[[], None]) -> tuple[()]:
        return ()

    def look_up(self, *_: Any, **__: Any) -> None: ...

    notify = look_up


class _Idle:
    is_known = True

    def idle_us(self) -> int:
        return 0

    def is_well(self) -> bool:
        return True

    def close(self) -> None: ...


class _Imagined:
    """A library in which every function exists and answers 0, but for those that call back at once."""

    def __init__(self, **functions: Callable[..., Any]) -> None:
        self._functions = functions

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return self._functions.get(name, lambda *_: 0)


def _curious(backend: Any, seen: list[Observation]) -> Emit:
    """A recorder that asks the backend everything as soon as it hears of anything."""

    def emit(observation: Observation) -> None:
        seen.append(observation)
        backend.idle_us()
        backend.is_in_call()
        backend.is_audible()
        backend.capabilities()
        for component in backend.components():
            component.is_well()

    return emit


@pytest.mark.parametrize("moment", MOMENTS)
def test_x11(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Piece, "moment", moment)
    monkeypatch.setenv("DISPLAY", ":none")
    for module, name in ((agent.capture.x11.windows, "WindowWatcher"), (agent.capture.x11.inputs, "X11Inputs")):
        monkeypatch.setattr(module, name, _Piece)
    monkeypatch.setattr(agent.capture.x11.idle, "IdleTime", _Idle)
    monkeypatch.setattr(x11, "DesktopBuses", _Piece)
    backend, seen = x11.X11Backend(lambda: 1), list[Observation]()
    backend.start(_curious(backend, seen) if moment == "started" else seen.append)
    assert seen == [ClickSeen(1)] * 3
    backend.stop()


@pytest.mark.parametrize("moment", MOMENTS)
def test_wayland(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Piece, "moment", moment)
    monkeypatch.setattr(wayland, "DesktopBuses", _Piece)
    backend, seen = wayland.WaylandBackend(lambda: 1), list[Observation]()
    backend.start(_curious(backend, seen) if moment == "started" else seen.append)
    assert seen == [ClickSeen(1)]
    backend.stop()


@contextmanager
def _inputs(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(_Piece, "moment", "started")
    monkeypatch.setattr(module, "PynputInputs", _Piece)
    yield


@pytest.mark.parametrize("order", list(permutations(("foreground", "renamed", "locked"))))
def test_windows(order: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """With a window in front from the start, whatever Windows tells of first, and while it is asked to."""
    told: list[Callable[[], object]] = []

    def hook(event: int, last: int, module: object, callback: Callable[..., object], *_: int) -> int:
        told.append(lambda: callback(0, event, 7, 0, 0, 0, 0))
        callback(0, event, 7, 0, 0, 0, 0)
        return 1

    def procedure(window: object, index: int, called: Callable[..., object]) -> int:
        told.append(lambda: called(window, windows.WM_WTSSESSION_CHANGE, 7, 0))
        called(window, windows.WM_WTSSESSION_CHANGE, 7, 0)
        return 1

    def message(*_: object) -> int:
        for name in order:
            told[("foreground", "renamed", "locked").index(name)]()
        return 0

    user32 = _Imagined(
        GetForegroundWindow=lambda: 7, SetWinEventHook=hook, SetWindowLongPtrW=procedure, GetMessageW=message
    )
    libraries = {"user32": user32}
    monkeypatch.setattr(ctypes, "WinDLL", lambda name: libraries.get(name, _Imagined()), raising=False)
    monkeypatch.setattr(ctypes, "WINFUNCTYPE", lambda *_: lambda function: function, raising=False)
    with _inputs(windows, monkeypatch):
        backend, seen = windows.WindowsBackend(lambda: 1), list[Observation]()
        backend.start(_curious(backend, seen))
        assert backend._thread is not None
        backend._thread.join(5)
        backend.stop()
    assert LockSeen(1, is_locked=True) in seen
    assert any(isinstance(each, WindowSeen) and each.window == 7 for each in seen)


def test_macos_while_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys may be heard before the loop that looks at windows runs."""
    backend, seen = mac.MacBackend(lambda: 1), list[Observation]()
    kit = _Imagined()
    backend._app_kit, backend._quartz = kit, kit
    with _inputs(mac, monkeypatch):
        backend._emit = _curious(backend, seen)
        backend._hear_inputs()
    assert seen == [ClickSeen(1)]
