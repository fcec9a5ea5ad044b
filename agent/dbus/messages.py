"""One message of D-Bus: a call, its answer, an error or a signal; as bytes and back. Pure.

Sending and waiting belong to `dbus.connection`.
"""

import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, NamedTuple

import msgspec

from agent.dbus.values import Reader, Variant, Writer

FIXED_BYTES = 16
MESSAGE_MAX_BYTES = 1 << 24
_NO_ANSWER_WANTED = 1
#: Header fields: number and signature of each text; 5 (serial answered) is a number.
_FIELDS = {"path": (1, "o"), "interface": (2, "s"), "member": (3, "s"), "error_name": (4, "s"), "destination": (6, "s")}
_NAMES = {number: name for name, (number, _) in _FIELDS.items()} | {5: "answered", 7: "sender", 8: "signature"}


class Question(NamedTuple):
    """One method call; what is answered is the list of what it returns."""

    destination: str
    path: str
    interface: str
    member: str
    signature: str = ""
    arguments: Sequence[Any] = ()


class MessageKind(IntEnum):
    """As on the wire."""

    CALL = 1
    ANSWER = 2
    ERROR = 3
    SIGNAL = 4


class BusMessage(msgspec.Struct, frozen=True):
    """`answered` is the serial of the call that this answers."""

    kind: MessageKind
    path: str = ""
    interface: str = ""
    member: str = ""
    error_name: str = ""
    destination: str = ""
    sender: str = ""
    signature: str = ""
    body: Sequence[Any] = ()
    serial: int = 0
    answered: int = 0
    is_answer_wanted: bool = True


def encode_message(message: BusMessage, serial: int) -> bytes:
    body = Writer()
    body.write(message.signature, message.body)
    fields: list[tuple[int, Variant]] = [
        (number, Variant(kind, getattr(message, name)))
        for name, (number, kind) in _FIELDS.items()
        if getattr(message, name)
    ]
    if message.answered:
        fields.append((5, Variant("u", message.answered)))
    if message.signature:
        fields.append((8, Variant("g", message.signature)))
    flags = 0 if message.is_answer_wanted else _NO_ANSWER_WANTED
    head = Writer()
    head.write("yyyyuua(yv)", [ord("l"), message.kind, flags, 1, len(body.out), serial, fields])
    head.pad(8)
    return bytes(head.out + body.out)


def length_of(fixed: bytes) -> int:
    """Of the whole message whose first sixteen bytes these are."""
    order = _order(fixed)
    body_length, _, fields_length = struct.unpack_from(f"{order}III", fixed, 4)
    length = FIXED_BYTES + fields_length + (-fields_length % 8) + body_length
    if length > MESSAGE_MAX_BYTES:
        raise ValueError("a D-Bus message is absurdly long")
    return int(length)


def decode_message(data: bytes) -> BusMessage:
    order = _order(data)
    reader = Reader(data, order)
    _, kind, flags, _, _, serial, fields = reader.read("yyyyuua(yv)")
    reader.pad(8)
    known = {_NAMES[number]: variant.value for number, variant in fields if number in _NAMES}
    body = Reader(data[reader.at :], order).read(known.get("signature", ""))
    wanted = not flags & _NO_ANSWER_WANTED
    return BusMessage(MessageKind(kind), body=body, serial=serial, is_answer_wanted=wanted, **known)


def _order(data: bytes) -> str:
    if data[:1] not in {b"l", b"B"}:
        raise ValueError("this is no D-Bus message")
    return "<" if data[:1] == b"l" else ">"
