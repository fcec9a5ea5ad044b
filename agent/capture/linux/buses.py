"""One thread that listens to the desktop's buses (lock, sleep) and asks them (elements, notices), with deadlines.

What signals and answers mean belongs to `linux.signals` and `linux.elements`.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from agent.capture.linux.elements import Question, find_element
from agent.capture.linux.signals import SESSION_BUS_RULES, observation_of, system_bus_rules
from agent.capture.observations import Emit
from agent.drafts import ElementSlot

CONNECT_SECONDS = 5.0
_log = logging.getLogger(__name__)


class DesktopBuses:
    """Everything is optional: what cannot be reached is missing from `has`."""

    def __init__(self, emit: Emit, now_us: Callable[[], int]) -> None:
        self._emit, self._now_us = emit, now_us
        self.has: dict[str, bool] = {"session": False, "system": False, "element": False}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: Any = None
        self._accessible: Any = None
        self._buses: list[Any] = []
        self._is_looking = False
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desktop-buses", daemon=True)

    def start(self, *, with_elements: bool) -> None:
        self._with_elements = with_elements
        self._thread.start()
        self._ready.wait(timeout=CONNECT_SECONDS)

    def stop(self) -> None:
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(loop.stop)
            self._thread.join(timeout=2)

    def _run(self) -> None:
        self._loop = asyncio.new_event_loop()
        try:
            self._loop.run_until_complete(self._connect())
            self._ready.set()
            self._loop.run_forever()
        finally:
            self._ready.set()
            for bus in self._buses:
                bus.disconnect()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()

    async def _connect(self) -> None:
        from dbus_fast import BusType  # noqa: PLC0415 - megabytes that only this thread needs

        self._session = await self._open("session", bus_type=BusType.SESSION)
        if self._session is not None:
            await self._listen(self._session, SESSION_BUS_RULES)
        system = await self._open("system", bus_type=BusType.SYSTEM)
        if system is not None:
            await self._listen(system, system_bus_rules(await self._session_path(system)))
        if self._session is not None and self._with_elements:
            await self._open_accessible()

    async def _open(self, name: str, **address: Any) -> Any:
        from dbus_fast.aio import MessageBus  # noqa: PLC0415

        try:
            bus = await asyncio.wait_for(MessageBus(**address).connect(), CONNECT_SECONDS)
        except Exception as error:  # noqa: BLE001 - a missing bus has many faces, all mean the same
            _log.info("There is no %s bus (%s).", name, type(error).__name__)
            return None
        self._buses.append(bus)
        self.has[name] = True
        return bus

    async def _open_accessible(self) -> None:
        try:
            (address,) = await _ask(
                self._session, Question("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
            )
            self._accessible = await self._open("element", bus_address=address)
        except Exception as error:  # noqa: BLE001 - without accessibility there are no elements, nothing else changes
            _log.info("Elements cannot be looked up (%s).", error)

    async def _listen(self, bus: Any, rules: tuple[str, ...]) -> None:
        for rule in rules:
            bus_itself = "org.freedesktop.DBus"
            await _ask(bus, Question(bus_itself, "/org/freedesktop/DBus", bus_itself, "AddMatch", "s", [rule]))
        bus.add_message_handler(self._heard)

    def _heard(self, message: Any) -> None:
        from dbus_fast import MessageType  # noqa: PLC0415

        if message.message_type is MessageType.SIGNAL:
            seen = observation_of(message.interface, message.member, message.body, at_us=self._now_us())
            if seen is not None:
                self._emit(seen)

    async def _session_path(self, system: Any) -> str:
        name, path, manager = "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"
        try:
            named = os.environ.get("XDG_SESSION_ID")
            if named:
                question = Question(name, path, manager, "GetSession", "s", [named])
            else:
                question = Question(name, path, manager, "GetSessionByPID", "u", [os.getpid()])
            (found,) = await _ask(system, question)
        except Exception as error:  # noqa: BLE001 - no logind: nobody to tell of lock and sleep there
            _log.info("No session manager tells of lock and sleep (%s).", error)
            return ""
        return str(found)

    def look_up(self, x: int, y: int, *, pid: int | None, timeout_us: int) -> ElementSlot | None:
        """Begins one look-up; None when none is possible or one is under way: dropped rather than awaited."""
        if self._accessible is None or self._loop is None or self._is_looking or pid is None:
            return None
        self._is_looking = True
        slot = ElementSlot(deadline_us=self._now_us() + timeout_us)
        self._begin(self._look_up(slot, (x, y), pid))
        return slot

    def _begin(self, work: Awaitable[None]) -> None:
        loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(lambda: asyncio.ensure_future(work, loop=loop))

    async def _look_up(self, slot: ElementSlot, point: tuple[int, int], pid: int) -> None:
        async def call(question: Question) -> list[Any]:
            return await _ask(self._accessible, question)

        try:
            left_seconds = (slot.deadline_us - self._now_us()) / 1e6
            slot.fill(await asyncio.wait_for(find_element(call, *point, pid=pid), left_seconds))
        except Exception as error:  # noqa: BLE001 - too late, gone, or odd: the click stands without its element
            _log.debug("No element (%s).", type(error).__name__)
            slot.fill(None)
        finally:
            self._is_looking = False

    def notify(self, title: str, text: str) -> None:
        """Shows a message where the desktop has a place for them."""
        if self._session is not None:
            self._begin(self._notify(title, text))

    async def _notify(self, title: str, text: str) -> None:
        name, path = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
        arguments = ["Task Mining", 0, "", title, text, [], {}, -1]
        with suppress(Exception):
            await _ask(self._session, Question(name, path, name, "Notify", "susssasa{sv}i", arguments))


async def _ask(bus: Any, question: Question) -> list[Any]:
    """Raises LookupError when the answer is an error."""
    from dbus_fast import Message, MessageType  # noqa: PLC0415

    message = Message(
        destination=question.destination,
        path=question.path,
        interface=question.interface,
        member=question.member,
        signature=question.signature,
        body=list(question.arguments),
    )
    answer = await asyncio.wait_for(bus.call(message), CONNECT_SECONDS)
    if answer is None or answer.message_type is MessageType.ERROR:
        raise LookupError(f"{question.member}: {answer.error_name if answer else 'no answer'}")
    body: list[Any] = answer.body
    return body
