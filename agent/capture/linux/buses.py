"""Listens to the desktop's buses (lock, sleep) and speaks over them (elements, notices, tray), in one thread."""

import logging
import os
import queue
import select
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from jeepney import Message, MessageType

from agent.capture.linux.elements import find_element
from agent.capture.linux.focus import FocusWatch
from agent.capture.linux.notices import NOTICE_RULES, OwnNotices
from agent.capture.linux.session_manager import SessionManager
from agent.capture.linux.signals import SESSION_BUS_RULES, SessionSignals, system_bus_rules
from agent.capture.observations import Action, Emit, OwnSurfaceUsed, OwnUse, SleepSeen
from agent.dbus.connection import BusConnection, session_address, system_address
from agent.dbus.messages import MethodCall, bus_call, names_of
from agent.policy.drafts import ElementSlot
from agent.supervision.components import Component, LoopCheck

READY_SECONDS = 5.0
NO_BUS = "there is no desktop bus: start the agent from your desktop session"
_log = logging.getLogger(__name__)


class BusFace(Protocol):
    """Something of ours that can be seen on the session bus. Called in the buses' thread alone; raises OSError."""

    def appear(self, bus: BusConnection) -> None: ...

    def hear(self, bus: BusConnection, message: Message) -> None: ...


class DesktopBuses:
    """Everything is optional: what cannot be reached is missing from `has`."""

    def __init__(self, emit: Emit, now_us: Callable[[], int], *, former: "DesktopBuses | None" = None) -> None:
        """`former`: those that this one follows; which locks hold, and the face, are taken over."""
        self._emit, self._now_us = emit, now_us
        self.has: dict[str, bool] = {"session": False, "system": False, "element": False}
        self._buses: dict[str, BusConnection] = {}
        self._signals: SessionSignals = former._signals if former is not None else SessionSignals()
        self._sessions: SessionManager | None = None
        self._focus: FocusWatch | None = None
        self._notices = OwnNotices()
        self._face: BusFace | None = former._face if former is not None else None
        self._reached: set[str] = {*former._reached} if former is not None else set()
        self._beat = LoopCheck()
        self._is_looking = self._is_stopping = False
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._waker, self._woken = os.pipe()[::-1]
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desktop-buses", daemon=True)

    def components(self, restart: Callable[[], None]) -> tuple[Component, ...]:
        return (
            Component("desktop buses", self.is_well, restart, ("lock", "element")),
            Component("connections to the desktop buses", self.is_complete, restart),
        )

    def start(self, *, with_elements: bool) -> None:
        self._with_elements = with_elements
        self._thread.start()
        self._ready.wait(timeout=READY_SECONDS)
        if self._face is not None:
            self.show(self._face)

    def is_well(self) -> bool:
        return self._thread.is_alive() and self._beat.ask(lambda: self._begin(self._beat.answer))

    def is_complete(self) -> bool:
        """Whether every bus that was ever reached still is."""
        return all(self.has[name] for name in self._reached)

    def stop(self) -> None:
        self._is_stopping = True
        if self._thread.is_alive():
            self._begin(lambda: None)
            self._thread.join(timeout=2)

    def _begin(self, job: Callable[[], None]) -> None:
        """In the buses' thread, soon."""
        self._jobs.put(job)
        with suppress(OSError):  # stopped this very moment: the job has no meaning any more
            os.write(self._waker, b"x")

    def _run(self) -> None:
        try:
            self._connect()
            self._ready.set()
            while not self._is_stopping:
                self._wait()
        finally:
            self._ready.set()
            self.has = dict.fromkeys(self.has, False)
            if self._sessions is not None:
                self._sessions.let_sleep()
            for bus in self._buses.values():
                bus.close()
            os.close(self._waker)
            os.close(self._woken)

    def _wait(self) -> None:
        timeout = 0.0 if any(bus.has_waiting for bus in self._buses.values()) else None
        ready, _, _ = select.select([self._woken, *self._buses.values()], [], [], timeout)
        if self._woken in ready:
            os.read(self._woken, 4096)
        with suppress(queue.Empty):  # all jobs that are there
            while True:
                self._jobs.get_nowait()()
        for name, bus in list(self._buses.items()):
            if bus in ready or bus.has_waiting:
                self._try(name, self._take, name, bus)

    def _try(self, name: str, action: Callable[..., object], *arguments: Any) -> None:
        """A bus that fails is left: what it told is missing from then on."""
        try:
            action(*arguments)
        except Exception as error:  # noqa: BLE001 - a bus that is gone or odd has many faces, all mean the same
            _log.info("The %s bus is left (%s: %s).", name, type(error).__name__, error)
            self.has[name] = False
            bus = self._buses.pop(name, None)
            if bus is not None:
                bus.close()
            if name == "system" and self._sessions is not None:
                self._sessions.let_sleep()
                self._sessions = None

    def _connect(self) -> None:
        self._try("session", self._open, "session", session_address(os.environ))
        self._try("system", self._open, "system", system_address(os.environ))
        if self.has["session"]:
            self._try("session", self._listen, "session", (*SESSION_BUS_RULES, *NOTICE_RULES))
        if self.has["system"]:
            self._try("system", self._listen_to_sessions)
        if self.has["session"] and self._with_elements:
            self._try("element", self._open_accessible)

    def _open(self, name: str, address: str) -> None:
        self._buses[name] = BusConnection(address, takes_files=name == "system")
        self.has[name] = True
        self._reached.add(name)

    def _open_accessible(self) -> None:
        call = MethodCall("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
        (address,) = self._buses["session"].call(call)
        self._open("element", address)
        bus = self._buses["element"]
        focus = FocusWatch(bus.call)
        focus.listen()
        self._focus = focus

    def _listen(self, name: str, rules: tuple[str, ...]) -> None:
        for rule in rules:
            self._buses[name].call(bus_call("AddMatch", "s", [rule]))

    def _listen_to_sessions(self) -> None:
        """Signals tell of changes alone: what is so already is asked, once nothing can be missed any more."""
        sessions = self._sessions = SessionManager(self._buses["system"], os.environ)
        self._listen("system", system_bus_rules(sessions.session_path))
        locked = self._signals.of_properties(sessions.properties(), at_us=self._now_us())
        if locked is not None and locked.is_locked:
            self._emit(locked)
        sessions.delay_sleep()

    def _prepare_for_sleep(self, seen: SleepSeen) -> None:
        """Sleep waits until the recorder has noted it."""
        sessions = self._sessions
        if sessions is None:
            return
        if seen.is_asleep:
            self._emit(Action(seen.at_us, lambda: self._begin(sessions.let_sleep)))
        else:
            sessions.delay_sleep()

    def _take(self, name: str, bus: BusConnection) -> None:
        for message in bus.take():
            if message.header.message_type is MessageType.signal:
                _, interface, member = names_of(message)
                seen = self._signals.observation_of(interface, member, message.body, at_us=self._now_us())
                if seen is not None:
                    self._emit(seen)
                if isinstance(seen, SleepSeen):
                    self._prepare_for_sleep(seen)
            if name == "element" and self._focus is not None:
                focused = self._focus.observation_of(message, at_us=self._now_us())
                if focused is not None:
                    self._emit(focused)
            if name == "session":
                self._take_of_session(bus, message)

    def _take_of_session(self, bus: BusConnection, message: Message) -> None:
        if self._notices.is_answer(message):
            return
        if self._notices.is_press(message):
            self._emit(OwnSurfaceUsed(self._now_us(), OwnUse.PRESSED))
        elif self._face is not None:
            self._face.hear(bus, message)

    def look_up(self, x: int, y: int, *, pid: int | None, timeout_us: int) -> ElementSlot | None:
        """Begins one look-up; None when none is possible or one is under way: dropped rather than awaited."""
        if not self.has["element"] or self._is_looking or pid is None:
            return None
        self._is_looking = True
        slot = ElementSlot(deadline_us=self._now_us() + timeout_us)
        self._begin(lambda: self._look_up(slot, (x, y), pid))
        return slot

    def _look_up(self, slot: ElementSlot, point: tuple[int, int], pid: int) -> None:
        def ask(call: MethodCall) -> Sequence[Any]:
            bus = self._buses["element"]
            return bus.call(call, seconds=(slot.deadline_us - self._now_us()) / 1e6)

        try:
            slot.fill(find_element(ask, *point, pid=pid))
        except Exception as error:  # noqa: BLE001 - too late, gone, or odd: the click stands without its element
            _log.debug("No element (%s).", type(error).__name__)
            slot.fill(None)
        finally:
            self._is_looking = False

    def notify(self, title: str, text: str) -> bool:
        """Asks the desktop to show it; False where it is known to show none: it has no bus, or refused the last one."""
        self._begin(lambda: self._with_session(lambda bus: self._notices.show(bus, title, text)))
        return self.has["session"] and self._notices.are_shown

    def show(self, face: BusFace) -> None:
        """From now on the face may be seen; called again when it has changed."""

        def appear(bus: BusConnection) -> None:
            self._face = face
            face.appear(bus)

        self._begin(lambda: self._with_session(appear))

    def _with_session(self, action: Callable[[BusConnection], object]) -> None:
        bus = self._buses.get("session")
        if bus is not None:
            self._try("session", action, bus)
