"""Opens the spool whatever state its file is in: a damaged one is moved aside, and what is readable in it is saved."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from agent.spool.schema import SpoolCorrupt
from agent.spool.store import SESSION_FIELDS, SpoolLimits, SpoolStore
from domain.losses import LossReason

KEPT_ASIDE = 3
_SESSION_COLUMNS = ("session_number", *SESSION_FIELDS, "next_sequence", "last_us")
_EVENT_COLUMNS = ("position", "session_number", "sequence", "occurred_us", "body")
_log = logging.getLogger(__name__)


def open_spool(path: Path, *, limits: SpoolLimits | None = None) -> SpoolStore:
    """An open spool. Raises SpoolTooNew and SpoolError; a damaged file costs what cannot be read in it, counted."""
    try:
        return SpoolStore(path, limits=limits)
    except SpoolCorrupt as error:
        _log.error("%s", error)
        aside = _move_aside(path)
    store = SpoolStore(path, limits=limits)
    _save(aside, store)
    return store


def repair(store: SpoolStore) -> None:
    """The same for a spool that turns out to be damaged while it is in use."""
    store.close()
    aside = _move_aside(store.path)
    store.reconnect()
    _save(aside, store)


def _save(aside: Path, store: SpoolStore) -> None:
    saved, missing, last_us = _save_what_is_readable(aside, store)
    store.count_loss(LossReason.SPOOL_CORRUPT, max(missing, 0 if saved else 1), first_us=last_us, last_us=last_us)
    store.measure()
    _log.error("The damaged spool is kept as %s: %d events were saved, %d were not.", aside.name, saved, missing)


def _move_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.stem}.damaged-{time.time_ns()}{path.suffix}")
    for suffix in ("", "-wal", "-shm"):
        source = path.with_name(path.name + suffix)
        if source.exists():
            source.rename(aside.with_name(aside.name + suffix))
    former = sorted(path.parent.glob(f"{path.stem}.damaged-*{path.suffix}"))
    for old in former[:-KEPT_ASIDE]:
        for suffix in ("", "-wal", "-shm"):
            old.with_name(old.name + suffix).unlink(missing_ok=True)
    return aside


def _save_what_is_readable(aside: Path, store: SpoolStore) -> tuple[int, int, int]:
    """(saved, known to be missing, time of the last saved event)."""
    saved = expected = 0
    last_us = time.time_ns() // 1000
    # Damaged it is: what cannot be read is counted as lost below.
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(aside)) as damaged:
        with suppress(sqlite3.DatabaseError):  # then what is read is all that is known of
            expected = damaged.execute("select count(*) from events where sent_us is null").fetchone()[0]
        with store.transaction() as connection:
            for table, fields in (("sessions", _SESSION_COLUMNS), ("facts", ("name", "value"))):
                _copy(damaged, connection, table, fields)
            known = {row[0] for row in connection.execute("select session_number from sessions")}
            for row in _readable(damaged, f"select {', '.join(_EVENT_COLUMNS)} from events where sent_us is null"):
                if row[1] in known and isinstance(row[4], bytes):
                    _insert(connection, "events", _EVENT_COLUMNS, row)
                    saved, last_us = saved + 1, int(row[3])
    return saved, max(0, expected - saved), last_us


def _readable(damaged: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    with suppress(sqlite3.DatabaseError):  # the rows before the damage are saved, those behind it counted as lost
        yield from damaged.execute(query)


def _copy(damaged: sqlite3.Connection, whole: sqlite3.Connection, table: str, fields: tuple[str, ...]) -> None:
    for row in _readable(damaged, f"select {', '.join(fields)} from {table}"):
        _insert(whole, table, fields, row)


def _insert(whole: sqlite3.Connection, table: str, fields: tuple[str, ...], row: tuple[Any, ...]) -> None:
    whole.execute(f"insert or ignore into {table} ({', '.join(fields)}) values ({', '.join('?' * len(fields))})", row)
