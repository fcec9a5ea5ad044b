"""A bus of the tests' own that answers well, late, oddly or not at all: whatever it does is an answer or an OSError."""

import array
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jeepney import DBusAddress, HeaderFields, Message, Parser, new_error, new_method_return, new_signal

from agent.dbus.connection import BusConnection, session_address, socket_path, system_address
from agent.dbus.messages import BusError, MethodCall, bus_call, names_of

PING = MethodCall("a.b", "/a", "a.b", "Ping", "s", ["hello"])
Answer = Callable[[socket.socket, Message], None]


class _Bus:
    """Signs one connection in, says hello, and leaves every further call to the test."""

    def __init__(self, path: Path, answer: Answer, *, agrees_to_files: bool) -> None:
        self.address, self._answer, self._agrees = f"unix:path={path}", answer, agrees_to_files
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        self._listening.listen()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        with self._listening, self._listening.accept()[0] as peer:
            with peer.makefile("rb", buffering=0) as signing_in:
                while not (line := signing_in.readline()).startswith(b"BEGIN"):
                    if line.strip(b"\0").startswith(b"AUTH"):
                        peer.sendall(b"OK 1234\r\n")
                    else:
                        peer.sendall(b"AGREE_UNIX_FD\r\n" if self._agrees else b"ERROR\r\n")
            parser = Parser()
            while data := peer.recv(4096):
                for call in parser.feed(data):
                    if names_of(call)[2] == "Hello":
                        peer.sendall(new_method_return(call, "s", (":1.1",)).serialise(1))
                    else:
                        self._answer(peer, call)


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Callable[..., _Bus]]:
    made: list[_Bus] = []

    def begin(answer: Answer, *, agrees_to_files: bool = True) -> _Bus:
        made.append(_Bus(tmp_path / "bus", answer, agrees_to_files=agrees_to_files))
        return made[-1]

    yield begin
    for each in made:
        each.thread.join(5)
        assert not each.thread.is_alive()


def _silent(peer: socket.socket, call: Message) -> None:
    """It has heard, and says nothing."""


def _signal(member: str) -> bytes:
    return bytes(new_signal(DBusAddress("/a", interface="a.b"), member, "s", ("x",)).serialise(7))


def test_a_call_is_answered_and_what_came_meanwhile_waits(bus: Callable[..., _Bus]) -> None:
    def answer(peer: socket.socket, call: Message) -> None:
        late = new_method_return(call, "s", ("to nobody",))
        late.header.fields[HeaderFields.reply_serial] = 999
        said = new_method_return(call, "s", (call.body[0].upper(),)).serialise(8)
        peer.sendall(_signal("Before") + late.serialise(9) + said + _signal("After"))

    with closing(BusConnection(bus(answer).address)) as connection:
        assert connection.name == ":1.1"
        assert connection.call(PING) == ("HELLO",)
        assert connection.has_waiting
        assert [names_of(each) for each in connection.take()] == [("/a", "a.b", "Before"), ("/a", "a.b", "After")]
        assert connection.take() == []


def test_a_refusal_and_silence_are_told_apart(bus: Callable[..., _Bus]) -> None:
    def answer(peer: socket.socket, call: Message) -> None:
        if names_of(call)[2] == "Ping":
            peer.sendall(new_error(call, "a.b.Refused").serialise(8))

    with closing(BusConnection(bus(answer).address)) as connection:
        with pytest.raises(BusError, match=r"Ping: a\.b\.Refused"):
            connection.call(PING)
        with pytest.raises(BusError, match="nobody answers in time"):
            connection.call(bus_call("Silence"), seconds=0.05)


def test_a_bus_that_hangs_up_is_told_at_once(bus: Callable[..., _Bus]) -> None:
    def hang_up(peer: socket.socket, call: Message) -> None:
        peer.shutdown(socket.SHUT_RDWR)

    with closing(BusConnection(bus(hang_up).address)) as connection, pytest.raises(BusError, match="has hung up"):
        connection.call(PING)


@pytest.mark.parametrize("agrees", [True, False])
def test_an_open_file_is_handed_over_where_the_bus_agrees(bus: Callable[..., _Bus], agrees: bool) -> None:
    def answer(peer: socket.socket, call: Message) -> None:
        if not agrees:
            peer.sendall(new_method_return(call, "s", ("none",)).serialise(8))
            return
        with Path(os.devnull).open("rb") as file:
            files = array.array("i")
            data = new_method_return(call, "h", (file,)).serialise(8, fds=files)
            socket.send_fds(peer, [data], list(files))

    with closing(BusConnection(bus(answer, agrees_to_files=agrees).address, takes_files=True)) as connection:
        if not agrees:
            with pytest.raises(BusError, match="no file was handed over"):
                connection.call_for_file(PING)
            return
        file = connection.call_for_file(PING)
        assert os.fstat(file).st_rdev == Path(os.devnull).stat().st_rdev
        os.close(file)


@pytest.mark.parametrize(
    "call", [PING._replace(arguments=[7]), PING._replace(signature="(s"), PING._replace(member="no member")]
)
def test_a_call_that_does_not_fit_is_an_error_of_ours(bus: Callable[..., _Bus], call: MethodCall) -> None:
    address = bus(_silent).address
    with closing(BusConnection(address)) as connection, pytest.raises(BusError, match=r"does not fit|impossible name"):
        connection.call(call)


def test_a_message_that_is_absurdly_long_is_not_waited_for(bus: Callable[..., _Bus]) -> None:
    def answer(peer: socket.socket, call: Message) -> None:
        peer.sendall(b"l\x02\0\x01" + b"\xff\xff\xff\x7f" + b"\x01\0\0\0" + b"\x10\0\0\0")

    with closing(BusConnection(bus(answer).address)) as connection, pytest.raises(BusError, match="absurdly long"):
        connection.call(PING)


@given(st.binary(min_size=1, max_size=80))
def test_nonsense_is_an_error_or_waited_for_and_nothing_else(data: bytes) -> None:
    connection = object.__new__(BusConnection)
    connection._parser = Parser()
    connection._parser.add_data(b"l" + data)
    told = ""
    try:
        message = connection._parsed()
    except BusError as error:
        message, told = None, str(error)
    assert message is None or isinstance(message, Message)
    assert told == "" or "cannot be understood" in told or "absurdly long" in told


def test_the_addresses_of_the_buses() -> None:
    assert socket_path(session_address({"XDG_RUNTIME_DIR": "/run/user/7"})) == "/run/user/7/bus"
    assert socket_path(session_address({"DBUS_SESSION_BUS_ADDRESS": "unix:abstract=/a%20b,guid=1"})) == "\0/a b"
    assert socket_path(system_address({})) == "/var/run/dbus/system_bus_socket"
    for odd in ("tcp:host=x", "nonsense", "", "unix:path"):
        with pytest.raises(BusError, match="no Unix socket"):
            socket_path(odd)
