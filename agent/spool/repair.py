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
_CLOCK_COLUMNS = ("boot_id", "wall_minus_boot_us", "shift_us")
_SESSION_COLUMNS = ("session_number", *SESSION_FIELDS, "next_sequence", "last_us", *_CLOCK_COLUMNS)
_EVENT_COLUMNS = ("position", "session_number", "sequence", "occurred_us", "body", "allowed_by", "masked_by")
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
    store.count_loss(LossReason.SPOOL_CORRUPT, missing, first_us=last_us, last_us=last_us)
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
    """(saved, missing as far as that is known and else one at least, time of the last saved event)."""
    saved, expected = 0, 0
    last_us = time.time_ns() // 1000
    # Damaged it is: what cannot be read is counted as lost below.
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(aside)) as damaged:
        with suppress(sqlite3.DatabaseError):  # then what is read is all that is known of
            expected = int(damaged.execute("select count(*) from events where sent_us is null").fetchone()[0])
        with store.transaction() as connection:
            for table, fields in (("sessions", _SESSION_COLUMNS), ("facts", ("name", "value"))):
                _copy(damaged, connection, table, fields)
            known = {row[0] for row in connection.execute("select session_number from sessions")}
            columns = _known_columns(damaged, "events", _EVENT_COLUMNS) or _EVENT_COLUMNS
            for row in _readable(damaged, f"select {', '.join(columns)} from events where sent_us is null"):
                if row[1] in known and isinstance(row[4], bytes):
                    _insert(connection, "events", columns, row)
                    saved, last_us = saved + 1, int(row[3])
    is_count_known = expected >= saved > 0
    return saved, expected - saved if is_count_known else 1, last_us


def _readable(damaged: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    with suppress(sqlite3.DatabaseError):  # the rows before the damage are saved, those behind it counted as lost
        yield from damaged.execute(query)


def _known_columns(damaged: sqlite3.Connection, table: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Those that the file has: one of a former version has fewer."""
    there = {row[1] for row in _readable(damaged, f"pragma table_info({table})")}
    return tuple(each for each in wanted if each in there)


def _copy(damaged: sqlite3.Connection, whole: sqlite3.Connection, table: str, fields: tuple[str, ...]) -> None:
    columns = _known_columns(damaged, table, fields)
    if not columns:
        return
    for row in _readable(damaged, f"select {', '.join(columns)} from {table}"):
        _insert(whole, table, columns, row)


def _insert(whole: sqlite3.Connection, table: str, fields: tuple[str, ...], row: tuple[Any, ...]) -> None:
    whole.execute(f"insert or ignore into {table} ({', '.join(fields)}) values ({', '.join('?' * len(fields))})", row)
