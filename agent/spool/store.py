"""One open spool: its transactions, sessions, appended events, facts and losses, within its bounds."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from agent.spool import schema
from agent.spool.losses import add_loss, forget_losses, read_losses
from agent.spool.rows import (
    ROW_OVERHEAD_BYTES,
    EventNote,
    LossCount,
    Outcome,
    SpoolFigures,
    StampingClock,
    body_of,
)
from domain.event_batches import AgentSession, to_microseconds
from domain.losses import LossReason
from domain.raw_events import RawEvent

DAY_US = 86_400_000_000
SESSION_FIELDS = ("session_id", "login", "host", "time_zone", "agent_version")


class SpoolLimits(msgspec.Struct, frozen=True):
    """Bounds of what waits; beyond them the oldest goes first, and is counted. What was sent is kept to be shown."""

    max_bytes: int = 100 * 1024 * 1024
    max_age_us: int = 14 * DAY_US
    kept_max_bytes: int = 60 * 1024 * 1024
    make_room_fraction: float = 0.1


class SpoolStore:
    """Every method is one transaction and may be called from any thread."""

    def __init__(self, path: Path, *, limits: SpoolLimits | None = None) -> None:
        self.path = path
        self.limits = limits or SpoolLimits()
        self._lock = threading.RLock()
        self._waiting_count = self._waiting_bytes = self._last_position = 0
        self.declined: frozenset[int] = frozenset()
        """Assignments to which the person has said no: what they alone allowed is withdrawn before anything is sent."""
        self.is_withdrawal_due = False
        self.reconnect()

    def reconnect(self) -> None:
        """Opens the file anew, for instance after a damaged one was moved aside."""
        with self._lock:
            self._connection = schema.connect(self.path, max_bytes=self.limits.max_bytes)
            self.measure()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._connection

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """Commits or rolls back. Durable: synced before this returns, so that a power cut cannot undo it."""
        with self._lock:
            if durable:
                self._connection.execute("pragma synchronous = full")
            try:
                self._connection.execute("begin immediate")
                yield self._connection
                self._connection.execute("commit")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise
            finally:
                if durable:
                    self._connection.execute("pragma synchronous = normal")

    def measure(self) -> None:
        """Counts anew what waits; whoever changes waiting events by condition calls it after the transaction."""
        with self.reading() as connection:
            self._waiting_count, size = connection.execute(
                "select count(*), coalesce(sum(length(body)), 0) from events where sent_us is null"
            ).fetchone()
            self._waiting_bytes = size + self._waiting_count * ROW_OVERHEAD_BYTES
            highest = connection.execute(
                "select max((select coalesce(max(position), 0) from events),"
                " (select coalesce(max(last_position), 0) from batches))"
            ).fetchone()[0]
            self._last_position = max(self._last_position, highest)

    def no_longer_waiting(self, event_count: int, body_bytes: int) -> None:
        with self._lock:
            self._waiting_count -= event_count
            self._waiting_bytes -= body_bytes + event_count * ROW_OVERHEAD_BYTES

    def begin_session(
        self, session: AgentSession, *, session_number: int | None = None, clock: StampingClock | None = None
    ) -> int:
        """The number under which this session's events are kept; a number that is known already stays as it is.

        With a clock, nothing of it is planned for delivery before it is known how the clock differs from the server's.
        """
        stamped = (clock.boot_id, clock.wall_minus_boot_us, None) if clock is not None else ("", 0, 0)
        with self.transaction() as connection:
            cursor = connection.execute(
                f"insert or ignore into sessions (session_number, {', '.join(SESSION_FIELDS)},"
                " boot_id, wall_minus_boot_us, shift_us) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    session_number,
                    str(session.session_id),
                    *(getattr(session, field) for field in SESSION_FIELDS[1:]),
                    *stamped,
                ),
            )
        return session_number or cursor.lastrowid or 0

    def session_end(self, session_number: int) -> tuple[int, int]:
        """(next sequence, time of the last event) of a session; (0, 0) when it is not known."""
        with self.reading() as connection:
            row = connection.execute(
                "select next_sequence, last_us from sessions where session_number = ?", (session_number,)
            ).fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def append(
        self,
        session_number: int,
        events: Sequence[RawEvent],
        *,
        notes: Sequence[EventNote] = (),
        durable: bool = False,
    ) -> None:
        """Commits the events; when they do not fit, the oldest waiting ones make room and are counted."""
        if not events:
            return
        rows = [
            (event.sequence, to_microseconds(event.occurred_at), body_of(event), note.allowed_by, note.masked_by)
            for event, note in zip(events, notes or [EventNote()] * len(events), strict=True)
        ]
        arriving_bytes = sum(len(row[2]) for row in rows) + len(rows) * ROW_OVERHEAD_BYTES
        if self._waiting_bytes + arriving_bytes > self.limits.max_bytes:
            self._make_room(arriving_bytes)
        with self.transaction(durable=durable) as connection:
            position = self._last_position
            connection.executemany(
                "insert into events (position, session_number, sequence, occurred_us, body, allowed_by, masked_by)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                [(number, session_number, *row) for number, row in enumerate(rows, start=position + 1)],
            )
            connection.execute(
                "update sessions set next_sequence = max(next_sequence, ?), last_us = max(last_us, ?)"
                " where session_number = ?",
                (events[-1].sequence + 1, max(row[1] for row in rows), session_number),
            )
        self._last_position = position + len(events)
        self._waiting_count += len(events)
        self._waiting_bytes += arriving_bytes

    def take_sessions(
        self, sessions: Sequence[tuple[tuple[object, ...], Sequence[tuple[object, ...]]]], *, columns: tuple[str, str]
    ) -> int:
        """Sessions of another spool with their events, in one step; how many events those were."""
        count, position = 0, self._last_position
        with self.transaction(durable=True) as connection:
            for session, events in sessions:
                cursor = connection.execute(
                    f"insert or ignore into sessions ({columns[0]}) values ({', '.join('?' * len(session))})", session
                )
                if not cursor.rowcount:
                    continue
                marks = ", ".join("?" * (2 + columns[1].count(",") + 1))
                connection.executemany(
                    f"insert into events (position, session_number, {columns[1]}) values ({marks})",
                    [(position + place, cursor.lastrowid, *event) for place, event in enumerate(events, start=1)],
                )
                position, count = position + len(events), count + len(events)
        self.measure()
        return count

    def _make_room(self, arriving_bytes: int) -> None:
        wanted = arriving_bytes + int(self.limits.max_bytes * self.limits.make_room_fraction)
        freed, last = 0, None
        with self.transaction() as connection:
            for position, length in connection.execute(
                "select position, length(body) from events where sent_us is null order by position"
            ):
                freed, last = freed + length + ROW_OVERHEAD_BYTES, position
                if freed >= wanted:
                    break
            if last is not None:
                lose(connection, "position <= ?", (last,), LossReason.SPOOL_FULL)
            connection.execute("delete from events where sent_us is not null")
            connection.execute("pragma incremental_vacuum")
        self.measure()

    def figures(self) -> SpoolFigures:
        with self.reading() as connection:
            oldest = connection.execute(
                "select occurred_us from events where sent_us is null order by position limit 1"
            ).fetchone()
            quarantined = connection.execute(
                "select count(*) from events where outcome <> '' and outcome like ?", (f"{Outcome.NOT_TAKEN}%",)
            ).fetchone()[0]
            kept = connection.execute("select min(sent_us) from events where sent_us is not null").fetchone()[0]
        oldest_us = oldest[0] if oldest else None
        return SpoolFigures(self._waiting_count, self._waiting_bytes, oldest_us, quarantined, kept)

    @property
    def waiting_count(self) -> int:
        return self._waiting_count

    def put_fact(self, name: str, value: str | None, *, durable: bool = False) -> None:
        """Remembers one named text beyond this run; None forgets it."""
        with self.transaction(durable=durable) as connection:
            if value is None:
                connection.execute("delete from facts where name = ?", (name,))
            else:
                connection.execute("insert or replace into facts values (?, ?)", (name, value))

    def find_fact(self, name: str) -> str | None:
        with self.reading() as connection:
            row = connection.execute("select value from facts where name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def count_loss(self, reason: str, event_count: int, *, first_us: int, last_us: int) -> None:
        with self.transaction() as connection:
            add_loss(connection, reason, event_count, first_us=first_us, last_us=last_us)

    def list_losses(self, *, with_reported: bool = False) -> tuple[LossCount, ...]:
        """Those that the server has not been told of, or all."""
        with self.reading() as connection:
            return read_losses(connection, with_reported=with_reported)

    def settle_losses(self, reported: tuple[LossCount, ...], *, fact: str) -> None:
        """The server knows of these: they and the fact that held the report are forgotten in one step."""
        with self.transaction() as connection:
            forget_losses(connection, reported)
            connection.execute("delete from facts where name = ?", (fact,))


def lose(connection: sqlite3.Connection, where: str, values: tuple[object, ...], reason: LossReason) -> int:
    """Deletes waiting events and counts them; plans that may touch them are forgotten and made anew."""
    condition = f"sent_us is null and {where}"
    count, first, last, position = connection.execute(
        f"select count(*), min(occurred_us), max(occurred_us), max(position) from events where {condition}", values
    ).fetchone()
    if count:
        connection.execute(f"delete from events where {condition}", values)
        connection.execute("delete from batches where first_position <= ?", (position,))
        add_loss(connection, reason, count, first_us=first, last_us=last)
    return int(count)
