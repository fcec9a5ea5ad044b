"""Writes and reads the tagged values of the sound server's protocol (PulseAudio's, also spoken by PipeWire).

Sound itself never passes here.
"""

import struct
from collections.abc import Mapping

Properties = dict[str, str]
Value = int | str | bool | bytes | tuple[int, ...] | Properties | None

NONE = 0xFFFFFFFF
"""The index of nothing."""

_CONSTANTS = {b"N": None, b"0": False, b"1": True}
_NUMBERS = {b"B": "B", b"L": "I", b"V": "I", b"R": "Q", b"U": "Q", b"r": "q"}
_TUPLES = {b"T": "2I", b"a": "BBI"}
_COUNTED = {b"m": "B", b"v": "I"}
"""Behind their count: the places of channels, and how loud each is."""

HEAD_BYTES = 20
LENGTH_MAX = 4_000_000


class SoundServerError(OSError):
    """The sound server is gone, refuses, or cannot be understood."""


def number(value: int) -> bytes:
    return b"L" + struct.pack(">I", value)


def text(value: str | None) -> bytes:
    return b"N" if value is None else b"t" + value.encode() + b"\0"


def blob(value: bytes) -> bytes:
    return b"x" + struct.pack(">I", len(value)) + value


def properties(values: Mapping[str, str]) -> bytes:
    pairs = [(name, value.encode() + b"\0") for name, value in values.items()]
    return b"P" + b"".join(text(name) + number(len(value)) + blob(value) for name, value in pairs) + b"N"


def packet(*values: bytes) -> bytes:
    """On the channel of commands."""
    body = b"".join(values)
    return struct.pack(">5I", len(body), NONE, 0, 0, 0) + body


def length_of(head: bytes) -> tuple[int, bool]:
    """(bytes that follow, whether they are a command's and not sound). Raises SoundServerError."""
    length, channel = struct.unpack_from(">2I", head)
    if length > LENGTH_MAX:
        raise SoundServerError("the sound server sends more than it should")
    return length, channel == NONE


class Reader:
    """Reads one packet's values from first to last. Raises SoundServerError."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def has_more(self) -> bool:
        return self._at < len(self._data)

    def take(self, count: int) -> tuple[Value, ...]:
        return tuple(self.next() for _ in range(count))

    def next(self) -> Value:
        try:
            return self._next()
        except (struct.error, IndexError, ValueError) as error:
            raise SoundServerError(f"the sound server cannot be understood ({error})") from error

    def _next(self) -> Value:
        tag = self._part(1)
        if tag in _CONSTANTS:
            return _CONSTANTS[tag]
        if tag in _NUMBERS:
            return self._numbers(_NUMBERS[tag])[0]
        if tag in _TUPLES:
            return self._numbers(_TUPLES[tag])
        if tag in _COUNTED:
            return self._numbers(f"{self._numbers('B')[0]}{_COUNTED[tag]}")
        return self._long(tag)

    def _long(self, tag: bytes) -> Value:
        match tag:
            case b"t":
                return self._text()
            case b"x":
                return self._part(self._numbers("I")[0])
            case b"P":
                return self._properties()
        raise ValueError(f"tag {tag!r}")

    def _part(self, length: int) -> bytes:
        part = self._data[self._at : self._at + length]
        if len(part) < length:
            raise IndexError("cut short")
        self._at += length
        return part

    def _numbers(self, form: str) -> tuple[int, ...]:
        return struct.unpack(f">{form}", self._part(struct.calcsize(f">{form}")))

    def _text(self) -> str:
        end = self._data.index(b"\0", self._at)
        return self._part(end + 1 - self._at)[:-1].decode(errors="replace")

    def _properties(self) -> Properties:
        found: Properties = {}
        while (name := self.next()) is not None:
            self.next()  # the length, which the value repeats
            value = self.next()
            if isinstance(name, str) and isinstance(value, bytes):
                found[name] = value.rstrip(b"\0").decode(errors="replace")
        return found
