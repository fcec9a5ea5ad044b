"""A connection to one bus: sign in, send, call with a deadline, read what came. Used by one thread.

What is said over it belongs to its users.
"""

import os
import socket
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from agent.dbus.messages import (
    FIXED_BYTES,
    BusMessage,
    MessageKind,
    Question,
    decode_message,
    encode_message,
    length_of,
)

CALL_SECONDS = 5.0
FILES_MAX = 8


class BusError(OSError):
    """The bus, or who was asked over it, refuses or is gone."""


def session_address(environment: Mapping[str, str]) -> str:
    named = environment.get("DBUS_SESSION_BUS_ADDRESS")
    return named or f"unix:path={environment.get('XDG_RUNTIME_DIR', '/nowhere')}/bus"


def system_address(environment: Mapping[str, str]) -> str:
    return environment.get("DBUS_SYSTEM_BUS_ADDRESS") or "unix:path=/var/run/dbus/system_bus_socket"


def socket_path(address: str) -> str:
    """Of the first Unix socket that an address names; abstract ones begin with a zero byte. Raises BusError."""
    for each in address.split(";"):
        transport, _, pairs = each.partition(":")
        named = dict(pair.partition("=")[::2] for pair in pairs.split(","))
        if transport == "unix" and named.get("path"):
            return unquote(named["path"])
        if transport == "unix" and named.get("abstract"):
            return "\0" + unquote(named["abstract"])
    raise BusError("the address of the bus names no Unix socket")


def bus_question(member: str, signature: str = "", arguments: Sequence[Any] = ()) -> Question:
    """To the bus itself."""
    return Question(
        "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", member, signature, arguments
    )


def call_of(question: Question, *, is_answer_wanted: bool = True) -> BusMessage:
    return BusMessage(
        MessageKind.CALL,
        destination=question.destination,
        path=question.path,
        interface=question.interface,
        member=question.member,
        signature=question.signature,
        body=question.arguments,
        is_answer_wanted=is_answer_wanted,
    )


class BusConnection:
    """Connected and signed in once made. Every problem is an OSError. `takes_files`: answers may bring open files."""

    def __init__(self, address: str, *, takes_files: bool = False) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._read = bytearray()
        self._serial = 0
        self._waiting: deque[BusMessage] = deque()
        self._files: list[int] = []
        self._takes_files = takes_files
        try:
            self._socket.settimeout(CALL_SECONDS)
            self._socket.connect(socket_path(address))
            self._sign_in()
            (self.name,) = self.call(bus_question("Hello"))
        except OSError:
            self._socket.close()
            raise

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()
        self._drop_files()

    def _sign_in(self) -> None:
        who = str(os.getuid()).encode().hex()
        self._socket.sendall(b"\0")
        if not self._line(f"AUTH EXTERNAL {who}").startswith(b"OK"):
            raise BusError("the bus does not let us in")
        if self._takes_files and not self._line("NEGOTIATE_UNIX_FD").startswith(b"AGREE"):
            self._takes_files = False
        self._socket.sendall(b"BEGIN\r\n")

    def _line(self, said: str) -> bytes:
        """What is answered while signing in."""
        self._socket.sendall(f"{said}\r\n".encode())
        while b"\r\n" not in self._read:
            self._receive(time.monotonic() + CALL_SECONDS)
        line, _, rest = bytes(self._read).partition(b"\r\n")
        self._read = bytearray(rest)
        return line

    def send(self, message: BusMessage) -> int:
        """Its serial."""
        self._serial += 1
        try:
            data = encode_message(message, self._serial)
        except (ValueError, KeyError, AttributeError) as error:
            raise BusError(f"a message does not fit its signature ({error})") from error
        self._socket.settimeout(CALL_SECONDS)
        self._socket.sendall(data)
        return self._serial

    def call(self, question: Question, *, seconds: float = CALL_SECONDS) -> Sequence[Any]:
        """What is answered. What comes in the meantime waits for `take`. Raises BusError, also for an error answer."""
        deadline = time.monotonic() + seconds
        serial = self.send(call_of(question))
        while True:
            message = self._next(deadline)
            if message.answered != serial:
                if message.kind in {MessageKind.CALL, MessageKind.SIGNAL}:
                    self._waiting.append(message)
                continue
            if message.kind is MessageKind.ERROR:
                raise BusError(f"{question.member}: {message.error_name}")
            self._sort()
            return message.body

    def call_for_file(self, question: Question) -> int:
        """The open file that is answered; whoever asked closes it. Raises BusError."""
        self._drop_files()
        self.call(question)
        if not self._files:
            raise BusError(f"{question.member}: no file was handed over")
        return self._files.pop(0)

    def _drop_files(self) -> None:
        """Nobody asked for these."""
        for file in self._files:
            os.close(file)
        self._files.clear()

    def take(self) -> list[BusMessage]:
        """What has come: calls and signals; answers nobody waits for are dropped. Never waits for more."""
        self._socket.settimeout(0)
        with suppress(BlockingIOError):  # read to the end
            while True:
                self._fill()
        self._sort()
        taken = list(self._waiting)
        self._waiting.clear()
        return taken

    @property
    def has_waiting(self) -> bool:
        return bool(self._waiting)

    def _sort(self) -> None:
        while (message := self._cut()) is not None:
            if message.kind in {MessageKind.CALL, MessageKind.SIGNAL}:
                self._waiting.append(message)

    def _next(self, deadline: float) -> BusMessage:
        while (message := self._cut()) is None:
            self._receive(deadline)
        return message

    def _receive(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise BusError("nobody answers in time")
        self._socket.settimeout(left)
        self._fill()

    def _fill(self) -> None:
        if self._takes_files:
            part, files, _, _ = socket.recv_fds(self._socket, 65536, FILES_MAX, socket.MSG_CMSG_CLOEXEC)
            self._files += files
        else:
            part = self._socket.recv(65536)
        if not part:
            raise BusError("the bus has hung up")
        self._read += part

    def _cut(self) -> BusMessage | None:
        try:
            if len(self._read) < FIXED_BYTES:
                return None
            length = length_of(bytes(self._read[:FIXED_BYTES]))
            if len(self._read) < length:
                return None
            data = bytes(self._read[:length])
            del self._read[:length]
            return decode_message(data)
        except (ValueError, TypeError) as error:
            raise BusError(f"the bus cannot be understood ({error})") from error
