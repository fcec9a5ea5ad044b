"""Reads, beside the running agent, what it has captured: waiting and sent events, oldest first."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from agent.spool.rows import raw_event
from domain.raw_events import RawEvent


class CapturedEvent(msgspec.Struct, frozen=True):
    """`sent_us` is None while it waits; then `outcome` says what became of it ("": the server has it).

    `masked_by`: the filters and kinds of redaction that masked something of it.
    """

    event: RawEvent
    sent_us: int | None
    outcome: str = ""
    masked_by: tuple[str, ...] = ()


def read_captured(spool: Path, *, last: int | None = None, after: int = 0) -> tuple[list[CapturedEvent], int]:
    """(events, position of the newest); the last so many, or all after a position."""
    if not spool.exists():
        return [], after
    with closing(sqlite3.connect(f"{spool.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        rows = connection.execute(
            "select position, body, sent_us, outcome, masked_by from events where position > ?"
            " order by position desc limit ?",
            (after, -1 if last is None else last),
        ).fetchall()
    events = [
        CapturedEvent(raw_event(body), sent_us, outcome, tuple(masked_by.splitlines()))
        for _, body, sent_us, outcome, masked_by in reversed(rows)
    ]
    return events, rows[0][0] if rows else after


def follow_captured(spool: Path, *, last: int, pause_seconds: float = 1.0) -> Iterator[CapturedEvent]:
    """The last so many, then every new one, for ever."""
    events, position = read_captured(spool, last=last)
    yield from events
    while True:
        time.sleep(pause_seconds)
        events, position = read_captured(spool, after=position)
        yield from events
