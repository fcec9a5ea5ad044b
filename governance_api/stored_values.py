"""Reads values that no client of today could have stored, so that a list shows them as such and goes on.

JSON that is nested deeper than an answer can be, instants and days beyond the calendar of Python, and words that only a
newer release knows.
"""

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from psycopg import Connection, DataError, adapters
from psycopg.abc import AdaptContext, Buffer, Loader
from psycopg.pq import Format

#: Deeper than any value that is accepted (`edge.json_values`), also as a fact of an audit entry.
DEEPEST_SHOWN = 64
TOO_DEEP = "Nested too deep to be shown"
UNREADABLE = {"unreadable": "This value is too deep or too large to be shown; it is stored as it came."}

#: A day inside the calendar, so that every time zone can still show them.
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def read_json(stored: str | bytes) -> Any:
    """The value without what lies deeper than `DEEPEST_SHOWN`; UNREADABLE where Python cannot read it at all."""
    try:
        value = json.loads(stored)
    except (RecursionError, ValueError):
        return UNREADABLE
    written = stored.encode() if isinstance(stored, str) else stored
    may_be_deep = written.count(b"{") + written.count(b"[") > DEEPEST_SHOWN
    return _shown(value, DEEPEST_SHOWN) if may_be_deep else value


def read_word(kind: type[StrEnum], stored: str) -> StrEnum:
    """The word; one that is unknown is equal to none of those that are, and says so where it is shown.

    Whoever asks whether a word is one of those that allow something is told no.
    """
    try:
        return kind(stored)
    except ValueError:
        odd = str.__new__(kind, f"{stored} (a word that this release does not know)")
        odd._name_, odd._value_ = stored, str.__str__(odd)
        return odd


def is_known(word: StrEnum) -> bool:
    return word in type(word).__members__.values()


def read_tolerantly(connection: "Connection[Any]") -> None:
    """Instants and days beyond the calendar are read as the earliest or the latest that can be shown."""
    connection.adapters.register_loader("timestamptz", _tolerant("timestamptz", EARLIEST, LATEST))
    connection.adapters.register_loader("date", _tolerant("date", EARLIEST.date(), LATEST.date()))


def _shown(value: Any, levels: int) -> Any:
    if not isinstance(value, dict | list):
        return value
    if levels == 0:
        return TOO_DEEP
    if isinstance(value, dict):
        return {name: _shown(each, levels - 1) for name, each in value.items()}
    return [_shown(each, levels - 1) for each in value]


def _tolerant(kind: str, earliest: date, latest: date) -> type[Loader]:
    oid = adapters.types[kind].oid
    loader = adapters.get_loader(oid, Format.TEXT)
    if loader is None:
        raise TypeError(f"The driver cannot read {kind}: install psycopg as requirements.lock names it.")

    ordinary = loader

    class Tolerant(Loader):
        """The driver's own loader, asked first."""

        format = Format.TEXT

        def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
            self._ordinary = ordinary(oid, context)

        def load(self, data: Buffer) -> Any:
            try:
                return self._ordinary.load(data)
            except DataError:
                written = bytes(data)
                return earliest if written.endswith(b"BC") or written.startswith(b"-") else latest

    return Tolerant
