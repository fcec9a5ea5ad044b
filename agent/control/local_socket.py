"""Answers requests at a socket that only its owner can open: one JSON line in, one out. `ask` is the other end.

What can be asked is listed in `control.requests`.
"""

import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from agent.settings import StateFolder, write_private
from agent.supervision.components import Component

REQUEST_MAX_BYTES = 64 * 1024
TIMEOUT_SECONDS = 15.0
Answer = Callable[[dict[str, Any]], dict[str, Any]]

_log = logging.getLogger(__name__)


class AlreadyRunning(RuntimeError):  # noqa: N818 - reads as what it is
    """Another agent of this person answers at the connection."""


class NotRunning(RuntimeError):  # noqa: N818
    """Nobody answers at the connection."""


class ControlServer:
    """`answer` is called in a thread per caller. Where there are no Unix sockets, loopback with a token serves."""

    def __init__(self, folder: StateFolder, answer: Answer) -> None:
        self._folder, self._answer = folder, answer
        self._token = ""

    def start(self) -> None:
        """Raises AlreadyRunning."""
        with suppress(NotRunning):  # as it should be
            ask(self._folder, {"ask": "ping"})
            raise AlreadyRunning("The agent is running already: ask it with `task-mining-agent status`.")
        self._open()

    def _open(self) -> None:
        if hasattr(socket, "AF_UNIX") and sys.platform != "win32":
            self._listener = self._listen_in_folder(self._folder.socket)
        else:
            self._listener = socket.create_server(("127.0.0.1", 0))
            self._token = os.urandom(24).hex()
            address = {"port": self._listener.getsockname()[1], "token": self._token}
            write_private(self._folder.control_token, msgspec.json.encode(address))
        self._thread = threading.Thread(target=self._serve, args=(self._listener,), name="control", daemon=True)
        self._thread.start()

    @property
    def component(self) -> Component:
        return Component("control socket", self._is_well, self._restart)

    def _is_well(self) -> bool:
        """Nobody is heard at a socket whose file was swept away."""
        file = self._folder.control_token if self._token else self._folder.socket
        return self._thread.is_alive() and file.exists()

    def _restart(self) -> None:
        """Raises OSError."""
        with suppress(OSError):  # nobody waits at it
            self._listener.shutdown(socket.SHUT_RDWR)  # frees whoever waits at it
        self._listener.close()
        self._open()

    def _listen_in_folder(self, path: Path) -> socket.socket:
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(0o177)
        try:
            listener.bind(str(path))
        finally:
            os.umask(mask)
        listener.listen(8)
        return listener

    def stop(self) -> None:
        self._listener.close()
        self._folder.socket.unlink(missing_ok=True)

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve_one, args=(caller,), name="control-caller", daemon=True).start()

    def _serve_one(self, caller: socket.socket) -> None:
        with caller, suppress(OSError):  # who asked has gone, and needs no answer
            caller.settimeout(TIMEOUT_SECONDS)
            line = _read_line(caller)
            try:
                request = msgspec.json.decode(line, type=dict[str, Any])
            except (msgspec.MsgspecError, UnicodeDecodeError):
                return
            if self._token and request.pop("token", "") != self._token:
                return
            caller.sendall(msgspec.json.encode(self._answer(request)) + b"\n")


def ask(folder: StateFolder, request: dict[str, Any]) -> dict[str, Any]:
    """The running agent's answer. Raises NotRunning."""
    try:
        if hasattr(socket, "AF_UNIX") and sys.platform != "win32":
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(TIMEOUT_SECONDS)
            address: Any = str(folder.socket)
        else:
            known = msgspec.json.decode(folder.control_token.read_bytes(), type=dict[str, Any])
            connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            connection.settimeout(TIMEOUT_SECONDS)
            address, request = ("127.0.0.1", known["port"]), {**request, "token": known["token"]}
        with connection:
            connection.connect(address)
            connection.sendall(msgspec.json.encode(request) + b"\n")
            return msgspec.json.decode(_read_line(connection, bound=16 * 1024 * 1024), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError) as error:
        raise NotRunning("The agent is not running: start it with `task-mining-agent run`.") from error


def _read_line(connection: socket.socket, *, bound: int = REQUEST_MAX_BYTES) -> bytes:
    parts: list[bytes] = []
    length = 0
    while length <= bound:
        part = connection.recv(65536)
        parts.append(part)
        length += len(part)
        if not part or part.endswith(b"\n"):
            break
    return b"".join(parts)
