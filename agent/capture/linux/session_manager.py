"""Asks logind which session is ours and whether it is locked, and delays sleep until it has been noted."""

import logging
import os
from collections.abc import Mapping
from typing import Any

from agent.capture.linux.signals import LOGIN1_MANAGER, LOGIN1_SESSION, PROPERTIES
from agent.dbus.connection import BusConnection
from agent.dbus.messages import BusError, MethodCall

NAME, PATH = "org.freedesktop.login1", "/org/freedesktop/login1"
LOGIN1_USER = "org.freedesktop.login1.User"
NO_PATH = "/"
_log = logging.getLogger(__name__)


class SessionManager:
    """Used by the thread of its bus. Where there is none, every answer is empty."""

    def __init__(self, bus: BusConnection, environment: Mapping[str, str]) -> None:
        self._bus = bus
        self._delay: int | None = None
        self.session_path = self._find_session(environment.get("XDG_SESSION_ID", ""))

    def _find_session(self, named: str) -> str:
        """Ours by name, or that we run in; a service of the user runs in none: then the user's session on a display."""
        if named and (found := self._ask("GetSession", "s", named)):
            return str(found)
        if found := self._ask("GetSessionByPID", "u", os.getpid()):
            return str(found)
        user = self._ask("GetUser", "u", os.getuid())
        _, path = self._property(str(user), LOGIN1_USER, "Display") if user else ("", NO_PATH)
        if path == NO_PATH:
            _log.info("No session manager tells of this session's lock.")
        return "" if path == NO_PATH else str(path)

    def properties(self) -> dict[str, Any]:
        """Of our session, as they are now."""
        if not self.session_path:
            return {}
        try:
            (found,) = self._bus.call(
                MethodCall(NAME, self.session_path, PROPERTIES, "GetAll", "s", [LOGIN1_SESSION]),
            )
        except BusError as error:
            _log.info("The session manager does not tell whether this session is locked (%s).", error)
            return {}
        return dict(found)

    def delay_sleep(self) -> None:
        """From now on the machine waits a moment for us before it sleeps."""
        if self._delay is None:
            arguments = ["sleep", "Task Mining", "To note when the computer sleeps", "delay"]
            try:
                self._delay = self._bus.call_for_file(
                    MethodCall(NAME, PATH, LOGIN1_MANAGER, "Inhibit", "ssss", arguments)
                )
            except BusError as error:
                _log.info("Sleep is noted when the computer wakes (%s).", error)

    def let_sleep(self) -> None:
        if self._delay is not None:
            os.close(self._delay)  # ours alone: whatever else might fail here, the kernel has let go of it
            self._delay = None

    def _ask(self, member: str, signature: str, argument: object) -> object:
        try:
            (answer,) = self._bus.call(MethodCall(NAME, PATH, LOGIN1_MANAGER, member, signature, [argument]))
        except BusError as error:
            _log.debug("%s", error)
            return None
        return answer

    def _property(self, path: str, interface: str, name: str) -> tuple[str, str]:
        try:
            ((_, (first, second)),) = self._bus.call(MethodCall(NAME, path, PROPERTIES, "Get", "ss", [interface, name]))
        except (BusError, ValueError, TypeError) as error:
            _log.debug("%s", error)
            return "", NO_PATH
        return str(first), str(second)
