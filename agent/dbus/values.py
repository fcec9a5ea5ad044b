"""Values of D-Bus as bytes and back, by their signature. Pure; whatever does not fit is a ValueError.

Messages are made of these in `dbus.messages`.
"""

import struct
from collections.abc import Sequence
from typing import Any

import msgspec

_NUMBERS = {"y": "B", "n": "h", "q": "H", "i": "i", "u": "I", "h": "I", "x": "q", "t": "Q", "d": "d"}
_ALIGNMENTS = {"y": 1, "g": 1, "v": 1, "n": 2, "q": 2, "x": 8, "t": 8, "d": 8, "(": 8, "{": 8}
DEPTH_MAX = 32
ARRAY_MAX_BYTES = 1 << 26


class Variant(msgspec.Struct, frozen=True):
    """A value that brings its own signature."""

    signature: str
    value: Any


def alignment(kind: str) -> int:
    return _ALIGNMENTS.get(kind[0], 4)


def split_signature(signature: str) -> list[str]:
    """The complete types one after the other."""
    kinds, at = [], 0
    while at < len(signature):
        end = _end_of_type(signature, at)
        kinds.append(signature[at:end])
        at = end
    return kinds


def _end_of_type(signature: str, at: int) -> int:
    while at < len(signature) and signature[at] == "a":
        at += 1
    if at >= len(signature):
        raise ValueError("a D-Bus signature ends too early")
    if signature[at] not in "({":
        return at + 1
    depth = 0
    for end in range(at, len(signature)):
        depth += (signature[end] in "({") - (signature[end] in ")}")
        if depth == 0:
            return end + 1
    raise ValueError("a D-Bus signature ends too early")


class Writer:
    """Little-endian."""

    def __init__(self) -> None:
        self.out = bytearray()

    def pad(self, size: int) -> None:
        self.out += bytes(-len(self.out) % size)

    def write(self, signature: str, values: Sequence[Any]) -> None:
        for kind, value in zip(split_signature(signature), values, strict=True):
            self._write(kind, value)

    def _write(self, kind: str, value: Any) -> None:
        self.pad(alignment(kind))
        match kind[0]:
            case "b":
                self.out += struct.pack("<I", bool(value))
            case "s" | "o":
                text = value.encode("utf-8")
                self.out += struct.pack("<I", len(text)) + text + b"\0"
            case "g":
                text = value.encode("ascii")
                self.out += bytes([len(text)]) + text + b"\0"
            case "v":
                self._write("g", value.signature)
                self._write(value.signature, value.value)
            case "a":
                self._write_array(kind[1:], value)
            case "(" | "{":
                self.write(kind[1:-1], value)
            case _:
                self.out += struct.pack(f"<{_NUMBERS[kind]}", value)

    def _write_array(self, kind: str, value: Any) -> None:
        at = len(self.out)
        self.out += bytes(4)
        self.pad(alignment(kind))
        begin = len(self.out)
        if kind == "y":
            self.out += bytes(value)
        else:
            for each in value.items() if isinstance(value, dict) else value:
                self._write(kind, each)
        struct.pack_into("<I", self.out, at, len(self.out) - begin)


class Reader:
    """`order` is "<" or ">"."""

    def __init__(self, data: bytes, order: str = "<") -> None:
        self._data, self._order, self.at = data, order, 0

    def read(self, signature: str, depth: int = 0) -> list[Any]:
        return [self._read(kind, depth) for kind in split_signature(signature)]

    def pad(self, size: int) -> None:
        self.at += -self.at % size

    def _number(self, code: str) -> Any:
        form = struct.Struct(self._order + code)
        try:
            (value,) = form.unpack_from(self._data, self.at)
        except struct.error as error:
            raise ValueError("a D-Bus message ends too early") from error
        self.at += form.size
        return value

    def _text(self, length: int) -> str:
        end = self.at + length
        if end >= len(self._data):
            raise ValueError("a D-Bus message ends too early")
        text = self._data[self.at : end].decode("utf-8", "replace")
        self.at = end + 1
        return text

    def _read(self, kind: str, depth: int) -> Any:
        if depth > DEPTH_MAX:
            raise ValueError("a D-Bus value is nested too deeply")
        self.pad(alignment(kind))
        match kind[0]:
            case "b":
                value: Any = bool(self._number("I"))
            case "s" | "o":
                value = self._text(self._number("I"))
            case "g":
                value = self._text(self._number("B"))
            case "v":
                signature = self._text(self._number("B"))
                (inner,) = self.read(signature, depth + 1)
                value = Variant(signature, inner)
            case "a":
                value = self._read_array(kind[1:], depth + 1)
            case "(" | "{":
                value = tuple(self.read(kind[1:-1], depth + 1))
            case code if code in _NUMBERS:
                value = self._number(_NUMBERS[code])
            case code:
                raise ValueError(f"D-Bus values of type {code!r} are not read")
        return value

    def _read_array(self, kind: str, depth: int) -> Any:
        length = self._number("I")
        self.pad(alignment(kind))
        end = self.at + length
        if length > ARRAY_MAX_BYTES or end > len(self._data):
            raise ValueError("a D-Bus message ends too early")
        if kind == "y":
            content, self.at = self._data[self.at : end], end
            return content
        values = []
        while self.at < end:
            before = self.at
            values.append(self._read(kind, depth))
            if self.at == before:
                raise ValueError("a D-Bus value has no length")
        return dict(values) if kind[0] == "{" else values
