"""Counts and stamps keys, clicks and the wheel on Windows and macOS, in pynput's threads; keeps none of them.

pynput is imported when it is started.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from agent.capture.inputs.chords import Chords
from agent.capture.inputs.key_counter import KeyCounter
from agent.capture.inputs.wheel_places import WheelPlaces
from agent.capture.observations import (
    BackendError,
    ChordSeen,
    ClickedBeside,
    ClickSeen,
    Emit,
    KeyCounted,
    ScrollSeen,
)
from agent.capture.own_surfaces import Place, Spot
from agent.policy.drafts import ElementSlot

FindElement = Callable[[int, int], ElementSlot | None]
FindSpot = Callable[[float, float], Spot]


class PynputInputs:
    """`find_element(x, y)` begins a look-up and returns at once; `find_spot(x, y)` says what is there, and
    `find_front()` numbers the window in front, or its program.
    """

    def __init__(
        self,
        emit: Emit,
        now_us: Callable[[], int],
        find_element: FindElement,
        *,
        find_spot: FindSpot,
        find_front: Callable[[], int | None],
    ) -> None:
        self._emit, self._now_us, self._find_element = emit, now_us, find_element
        self._find_spot, self._find_front = find_spot, find_front
        self._wheel = WheelPlaces()
        self._keys = KeyCounter()
        self._chords = Chords(is_mac=sys.platform == "darwin")
        self._listeners: list[Any] = []
        self.heard_us = now_us()
        """When input of any kind was heard last; when it was made, if there was none."""

    def start(self) -> None:
        """Raises BackendError where pynput has nothing to listen to."""
        try:
            from pynput import keyboard, mouse  # noqa: PLC0415 - needs a display to be imported
        except ImportError as error:
            raise BackendError(
                f"Keys and clicks cannot be heard ({error}): start the agent in your desktop session."
            ) from error
        self._listeners = [
            keyboard.Listener(on_press=self._pressed, on_release=self._released),
            mouse.Listener(on_click=self._clicked, on_scroll=self._scrolled, on_move=self._moved),
        ]
        for listener in self._listeners:
            listener.daemon = True
            listener.start()
            listener.wait()

    def stop(self) -> None:
        for listener in self._listeners:
            # A listener whose thread has ended cannot be told to stop.
            with suppress(OSError, RuntimeError, AttributeError):
                listener.stop()
        for listener in self._listeners:
            listener.join(0.2)  # one that hears nothing more may stay in its call; it dies with the process
        self._listeners.clear()

    def leave(self) -> None:
        """For good: one that hangs tells nothing any more."""
        self._emit = lambda seen: None
        self.stop()

    @property
    def is_alive(self) -> bool:
        return bool(self._listeners) and all(listener.is_alive() for listener in self._listeners)

    def forget(self) -> None:
        self._keys.forget()

    def _moved(self, x: float, y: float) -> None:
        self.heard_us = self._now_us()

    def _pressed(self, key: Any) -> None:
        self.heard_us = self._now_us()
        name, code = _name_and_code(key)
        if self._keys.press(code):
            at_us = self.heard_us
            self._emit(KeyCounted(at_us))
            kind = self._chords.press(name)
            if kind is not None:
                self._emit(ChordSeen(at_us, kind))

    def _released(self, key: Any) -> None:
        name, code = _name_and_code(key)
        self._keys.release(code)
        self._chords.release(name)

    def _clicked(self, x: float, y: float, button: Any, pressed: bool) -> None:
        self.heard_us = self._now_us()
        if not pressed:
            return
        at_us, spot = self.heard_us, self._find_spot(x, y)
        if spot.place is Place.FRONT:
            seen = ClickSeen(at_us, self._find_element(int(x), int(y)))
            self._emit(seen)
        elif spot.window:
            self._emit(ClickedBeside(at_us, spot.window))

    def _scrolled(self, x: float, y: float, dx: float, dy: float) -> None:
        self.heard_us = self._now_us()
        at_us = self.heard_us
        place = self._wheel.place(
            (x, y), front=self._find_front(), at_us=at_us, find=lambda: self._find_spot(x, y).place
        )
        if place is Place.FRONT:
            self._emit(ScrollSeen(at_us))


def _name_and_code(key: Any) -> tuple[str, int]:
    """Of a named key its name, else the character; and a number that is the same for press and release."""
    name = getattr(key, "name", None)
    if name is not None:
        return name, hash(name)
    character = getattr(key, "char", None) or ""
    code = getattr(key, "vk", None)
    return character, hash(character.lower()) if code is None else int(code)
