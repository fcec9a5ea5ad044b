"""A connection to one bus: sign in, send, call with a deadline, take what came. Used by one thread.

jeepney's own connections would wait without end for the bus's first answer and for one that takes nothing in.
"""

import socket
import struct
import time
from collections import deque
from collections.abc import Mapping
from itertools import count
from typing import Any

from jeepney import FileDescriptor, HeaderFields, Message, MessageType, Parser
from jeepney.auth import BEGIN, AuthenticationError, Authenticator, FDNegotiationError
from jeepney.bus import get_connectable_addresses

from agent.dbus.messages import BusError, MethodCall, bus_call

CALL_SECONDS = 5.0
FILES_MAX = 16
MESSAGE_MAX_BYTES = 1 << 24
_UNFIT = (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError, struct.error)
"""What jeepney raises for values that do not fit their signature, and for bytes that are no message."""


def session_address(environment: Mapping[str, str]) -> str:
    named = environment.get("DBUS_SESSION_BUS_ADDRESS")
    return named or f"unix:path={environment.get('XDG_RUNTIME_DIR', '/nowhere')}/bus"


def system_address(environment: Mapping[str, str]) -> str:
    return environment.get("DBUS_SYSTEM_BUS_ADDRESS") or "unix:path=/var/run/dbus/system_bus_socket"


def socket_path(address: str) -> str:
    """Of the first Unix socket that an address names; abstract ones begin with a zero byte. Raises BusError."""
    try:
        return str(next(get_connectable_addresses(address)))
    except (ValueError, RuntimeError) as error:
        raise BusError("the address of the bus names no Unix socket") from error


class BusConnection:
    """Connected and signed in once made. Every problem is an OSError. `takes_files`: answers may bring open files."""

    def __init__(self, address: str, *, takes_files: bool = False) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._parser, self._serials = Parser(), count(1)
        self._waiting: deque[Message] = deque()
        self._takes_files = takes_files
        self._wanted: set[int] = set()
        try:
            self._socket.settimeout(CALL_SECONDS)
            self._socket.connect(socket_path(address))
            self._sign_in()
            (self.name,) = self.call(bus_call("Hello"))
        except OSError:
            self._socket.close()
            raise

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def _sign_in(self) -> None:
        deadline = time.monotonic() + CALL_SECONDS
        talk = Authenticator(enable_fds=self._takes_files)
        try:
            for said in talk:
                self._socket.sendall(said)
                talk.feed(self._receive(deadline)[0])
        except FDNegotiationError:
            self._takes_files = False  # the rest of the bus is of use all the same
        except AuthenticationError as error:
            raise BusError("the bus does not let us in") from error
        self._socket.sendall(BEGIN)

    def send(self, message: Message, *, keeps_answer: bool = False) -> int:
        """Its serial; the answer comes by `take` where it is kept. Raises BusError, also when the values do not fit
        their signature.
        """
        serial = next(self._serials)
        try:
            data = message.serialise(serial)
        except _UNFIT as error:
            raise BusError(f"a message does not fit its signature ({error})") from error
        self._socket.settimeout(CALL_SECONDS)
        self._socket.sendall(data)
        if keeps_answer:
            self._wanted.add(serial)
        return serial

    def call(self, call: MethodCall, *, seconds: float = CALL_SECONDS) -> tuple[Any, ...]:
        """What is answered. What comes in the meantime waits for `take`. Raises BusError, also for an error answer."""
        deadline = time.monotonic() + seconds
        serial = self.send(call.message())
        while (message := self._next(deadline)).header.fields.get(HeaderFields.reply_serial) != serial:
            self._keep(message)
        if message.header.message_type is MessageType.error:
            raise BusError(f"{call.member}: {message.header.fields.get(HeaderFields.error_name)}")
        self._sort()
        return tuple(message.body)

    def call_for_file(self, call: MethodCall) -> int:
        """The open file that is answered; whoever asked closes it. Raises BusError."""
        match self.call(call):
            case (FileDescriptor() as file,):
                return int(file.to_raw_fd())
            case _:
                raise BusError(f"{call.member}: no file was handed over")

    def take(self) -> list[Message]:
        """What has come: calls, signals, answers that are kept; other answers are dropped. Never waits for more."""
        while self._read_on(time.monotonic()):
            pass
        self._sort()
        taken = list(self._waiting)
        self._waiting.clear()
        return taken

    @property
    def has_waiting(self) -> bool:
        return bool(self._waiting)

    def _keep(self, message: Message) -> None:
        is_answer = message.header.message_type not in {MessageType.method_call, MessageType.signal}
        serial = message.header.fields.get(HeaderFields.reply_serial)
        if not is_answer or serial in self._wanted:
            self._wanted.discard(serial)
            self._waiting.append(message)

    def _sort(self) -> None:
        while (message := self._parsed()) is not None:
            self._keep(message)

    def _next(self, deadline: float) -> Message:
        while (message := self._parsed()) is None:
            if not self._read_on(deadline):
                raise BusError("nobody answers in time")
        return message

    def _read_on(self, deadline: float) -> bool:
        """False when nothing comes until then."""
        try:
            data, files = self._receive(deadline)
        except (BlockingIOError, TimeoutError):
            return False
        self._parser.add_data(data, [FileDescriptor(file) for file in files])
        return True

    def _receive(self, deadline: float) -> tuple[bytes, list[int]]:
        self._socket.settimeout(max(0.0, deadline - time.monotonic()))
        files: list[int] = []
        if self._takes_files:
            data, files, _, _ = socket.recv_fds(self._socket, 65536, FILES_MAX, socket.MSG_CMSG_CLOEXEC)
        else:
            data = self._socket.recv(65536)
        if not data:
            raise BusError("the bus has hung up")
        return data, files

    def _parsed(self) -> Message | None:
        try:
            if self._parser.bytes_desired() > MESSAGE_MAX_BYTES:
                raise BusError("a message of the bus is absurdly long")
            return self._parser.get_next_message()
        except _UNFIT as error:
            raise BusError(f"the bus cannot be understood ({type(error).__name__}: {error})") from error
