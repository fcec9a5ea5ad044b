"""Counts and stamps keys, clicks and the wheel by the RECORD extension, in a thread of its own; keeps none of them.

On Windows and macOS `inputs.pynput_inputs` does it: here pynput's five connections and table of symbols would be 4 MB.
"""

import logging
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from Xlib import X
from Xlib.error import ConnectionClosedError, XError
from Xlib.ext import record
from Xlib.protocol.request import GetInputFocus

from agent.capture.inputs.chords import Chords
from agent.capture.inputs.key_counter import KeyCounter
from agent.capture.inputs.wheel_places import WheelPlaces
from agent.capture.observations import ChordSeen, ClickedBeside, ClickSeen, Emit, KeyCounted, ScrollSeen
from agent.capture.own_surfaces import OwnSurfaces, Place, Spot
from agent.capture.x11.displays import cut, open_display
from agent.capture.x11.keyboard import MODIFIERS, Keyboard
from agent.capture.x11.pointer import Pointer
from agent.capture.x11.server_time import done_us
from agent.policy.drafts import ElementSlot
from agent.supervision.components import LoopCheck

READY_SECONDS = 5.0
NO_OPERATION = 127
"""A request without meaning: heard like an event, it shows that the thread listens."""

ASKING_SECONDS = 0.5
"""A question that takes longer to be answered hangs: whoever wants to end does not wait for it."""

_WIRE_EVENT = struct.Struct("=BB2xI12xhh4xH2x")
"""Of a device event (X protocol, appendix B): type, key or button, when, where on the screen, modifiers and layout."""
_WHEEL = frozenset({4, 5, 6, 7})
_RANGE = {
    **dict.fromkeys(("core_replies", "delivered_events", "errors"), (0, 0)),
    "core_requests": (NO_OPERATION, NO_OPERATION),
    **dict.fromkeys(("ext_requests", "ext_replies"), (0, 0, 0, 0)),
    "device_events": (X.KeyPress, X.ButtonPress),
    "client_started": False,
    "client_died": False,
}
_log = logging.getLogger(__name__)


class X11Inputs:
    """`find_element(x, y)` begins a look-up and returns at once; `find_front()` numbers the window in front."""

    def __init__(
        self,
        emit: Emit,
        now_us: Callable[[], int],
        find_element: Callable[[int, int], ElementSlot | None],
        *,
        own: OwnSurfaces,
        find_front: Callable[[], int],
    ) -> None:
        self._emit, self._now_us, self._find_element = emit, now_us, find_element
        self._own, self._find_front = own, find_front
        self._wheel = WheelPlaces()
        self._keys, self._chords = KeyCounter(), Chords()
        self._is_ready, self._is_stopping = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="x11-inputs", daemon=True)
        self._asking, self._beat = threading.Lock(), LoopCheck()
        self._recording: Any = None
        self._other: Any = None
        self.has_record = True

    def start(self) -> None:
        """Returns when it hears. Raises one of LOST."""
        self._recording, self._other = open_display(), open_display()
        self.has_record = self._recording.has_extension("RECORD")
        if not self.has_record:
            self._close()
            return
        self._other.set_error_handler(lambda *_: None)
        self._keyboard, self._pointer = Keyboard(self._other), Pointer(self._other, self._own)
        self._context = self._recording.record_create_context(0, [record.AllClients], [_RANGE])
        self._recording.sync()
        self._thread.start()
        self._is_ready.wait(READY_SECONDS)

    def stop(self) -> None:
        self._is_stopping = True
        if not self._thread.is_alive():
            return
        with suppress(ConnectionClosedError, XError, OSError), self._turn() as is_mine:  # or the display is gone
            if is_mine:
                self._other.record_disable_context(self._context)
                self._other.flush()
            else:
                self._cut()
        self._thread.join(0.5)  # a display that hangs keeps it in its call; it dies with the process

    def leave(self) -> None:
        """For good, also when it hangs: it tells nothing any more."""
        self._is_stopping, self._emit = True, lambda seen: None
        self._cut()
        if self._thread.is_alive():
            self._thread.join(0.5)

    def _cut(self) -> None:
        """Whoever waits for an answer gets an error at once."""
        for display in (self._recording, self._other):
            cut(display)

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """To ask the display, of which one at a time may; False where somebody is at it who hangs."""
        is_mine = self._asking.acquire(timeout=ASKING_SECONDS)
        try:
            yield is_mine
        finally:
            if is_mine:
                self._asking.release()

    def is_well(self) -> bool:
        """A display without RECORD is not listened to at all."""
        return not self.has_record or (self.is_alive and self._beat.ask(self._ask))

    def _ask(self) -> None:
        if self._asking.acquire(blocking=False):  # else somebody is at it, or hangs there
            try:
                self._other.pending_events()  # takes the former answer
                self._other.no_operation()
                GetInputFocus(display=self._other.display, defer=1)  # the server tells with its next answer, whose ever
                self._other.flush()
            finally:
                self._asking.release()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive() and self._is_ready.is_set()

    def forget(self) -> None:
        self._keys.forget()

    def _run(self) -> None:
        try:
            self._recording.record_enable_context(self._context, self._take)
        except (ConnectionClosedError, XError, OSError, ValueError) as error:
            if not self._is_stopping:
                _log.warning("Keys and clicks are no longer heard (%s).", type(error).__name__)
        finally:
            self._close()

    def _close(self) -> None:
        with self._turn() as is_mine:
            if not is_mine:
                self._cut()
                return
            for display in (self._recording, self._other):
                with suppress(ConnectionClosedError, OSError):  # closed by the server before
                    display.close()

    def _take(self, reply: Any) -> None:
        """One answer of the server: that it has begun, or some events in a row."""
        self._beat.answer()
        if reply.category == record.StartOfData:
            self._is_ready.set()
        if reply.category != record.FromServer or reply.client_swapped:
            return
        whole = len(reply.data) - len(reply.data) % _WIRE_EVENT.size
        for kind, detail, at_ms, x, y, state in _WIRE_EVENT.iter_unpack(reply.data[:whole]):
            match kind & 0x7F:
                case X.KeyPress:
                    self._pressed(detail, state, at_ms)
                case X.KeyRelease:
                    self._keys.release(detail)
                    self._chords.release(self._keyboard.name(detail, state))
                case X.ButtonPress if detail in _WHEEL:
                    self._turned_at(x, y, at_ms)
                case X.ButtonPress:
                    self._clicked_at(x, y, at_ms)

    def _clicked_at(self, x: int, y: int, at_ms: int) -> None:
        at_us, spot = self._done_us(at_ms), self._spot(x, y, self._find_front())
        if self._own.has_taken(at_ms):
            return
        if spot.place is Place.FRONT:
            seen = ClickSeen(at_us, self._find_element(x, y))
            self._emit(seen)  # named only now: one that hung and was left tells nothing any more
        elif spot.window:
            self._emit(ClickedBeside(at_us, spot.window))

    def _turned_at(self, x: int, y: int, at_ms: int) -> None:
        at_us, front = self._done_us(at_ms), self._find_front()
        place = self._wheel.place((x, y), front=front, at_us=at_us, find=lambda: self._spot(x, y, front).place)
        if place is Place.FRONT and not self._own.has_taken(at_ms):
            self._emit(ScrollSeen(at_us))

    def _spot(self, x: int, y: int, front: int) -> Spot:
        """What was pressed may be gone by then: whoever takes it away tells `own` before, which is asked afterwards."""
        with self._asking:
            return self._pointer.spot(x, y, front=front)

    def _done_us(self, at_ms: int) -> int:
        return done_us(at_ms, now_us=self._now_us())

    def _pressed(self, code: int, state: int, at_ms: int) -> None:
        if not self._keys.press(code):
            return
        at_us, is_own = self._done_us(at_ms), self._own.has_taken(at_ms)
        name = self._keyboard.name(code, state)
        if not is_own:
            self._emit(KeyCounted(at_us))
        if name in MODIFIERS:
            self._look_at_keyboard()
        kind = self._chords.press(name)
        if kind is not None and not is_own:
            self._emit(ChordSeen(at_us, kind))

    def _look_at_keyboard(self) -> None:
        """Whoever changes the layout tells everybody: asked for before a chord can follow."""
        with self._asking:
            kinds = [self._other.next_event().type for _ in range(self._other.pending_events())]
            if X.MappingNotify in kinds:
                self._keyboard.read()
