"""Plans which waiting events go out together, and does to them what the server's answer says.

Plans are committed before they are sent, so that after kill -9 the same events go out under the same key.
"""

from collections.abc import Sequence

import msgspec

from agent.spool.losses import add_known_loss, add_loss
from agent.spool.rows import Outcome, PlannedBatch, batch_key
from agent.spool.store import SESSION_FIELDS, SpoolStore
from domain.event_batches import AgentSession
from domain.losses import LossReason

_SPAN = "position between ? and ? and session_number = ? and sent_us is null"


def next_batch(store: SpoolStore, *, max_events: int) -> PlannedBatch | None:
    """The oldest delivery: one planned before, else a new plan over one session's next events."""
    with store.reading() as connection:
        plan = connection.execute(
            "select session_number, first_position, last_position, shift_us from batches order by first_position"
            " limit 1"
        ).fetchone()
        if plan is not None:
            planned = _plan(store, *plan)
            if planned is not None:
                return planned
        rows = connection.execute(
            "select position, session_number, shift_us from events join sessions using (session_number)"
            " where sent_us is null and shift_us is not null order by position limit ?",
            (max_events,),
        ).fetchall()
        if not rows:
            return None
        first, session_number, shift_us = rows[0]
        last = first
        for position, number, _ in rows:
            if number != session_number:
                break
            last = position
        return _plan(store, session_number, first, last, shift_us)


def _plan(store: SpoolStore, session_number: int, first: int, last: int, shift_us: int) -> PlannedBatch | None:
    """The delivery of a span, remembered; None, and forgotten, when nothing in it waits any more."""
    with store.transaction() as connection:
        rows = connection.execute(
            f"select sequence, body from events where {_SPAN} order by position", (first, last, session_number)
        ).fetchall()
        connection.execute("delete from batches where first_position = ?", (first,))
        if not rows:
            return None
        named = connection.execute(
            f"select {', '.join(SESSION_FIELDS)} from sessions where session_number = ?", (session_number,)
        ).fetchone()
        session = msgspec.convert(dict(zip(SESSION_FIELDS, named, strict=True)), AgentSession)
        sequences, bodies = zip(*rows, strict=True)
        key = batch_key(str(session.session_id), sequences, bodies, shift_us=shift_us)
        connection.execute(
            "insert or replace into batches values (?, ?, ?, ?, ?)", (key, session_number, first, last, shift_us)
        )
    return PlannedBatch(key, session, session_number, first, last, bodies, shift_us)


def split(store: SpoolStore, batch: PlannedBatch) -> None:
    """Two deliveries instead of one: the way to the one event that a server refuses."""
    span = (batch.first_position, batch.last_position, batch.session_number)
    with store.reading() as connection:
        query = f"select position from events where {_SPAN} order by position"
        positions = [row[0] for row in connection.execute(query, span)]
        half = len(positions) // 2
        with store.transaction():
            connection.execute("delete from batches where batch_key = ?", (batch.batch_key,))
        for part in (positions[:half], positions[half:]):
            if part:
                _plan(store, batch.session_number, part[0], part[-1], batch.shift_us)


def acknowledge(
    store: SpoolStore, batch: PlannedBatch, *, at_us: int, refused: Sequence[tuple[str, Sequence[int]]] = ()
) -> None:
    """The server has these events for good, but for those that it refused: (reason, their sequences).

    All are kept a while to be shown; what was refused is counted as lost.
    """
    span = (batch.first_position, batch.last_position, batch.session_number)
    with store.transaction() as connection:
        connection.execute("delete from batches where batch_key = ?", (batch.batch_key,))
        count, size = connection.execute(
            f"select count(*), coalesce(sum(length(body)), 0) from events where {_SPAN}", span
        ).fetchone()
        rows = dict(connection.execute(f"select sequence, occurred_us from events where {_SPAN}", span))
        connection.execute(f"update events set sent_us = ? where {_SPAN}", (at_us, *span))
        for reason, sequences in refused:
            times = [rows[sequence] for sequence in sequences if sequence in rows]
            connection.executemany(
                "update events set outcome = ? where session_number = ? and sequence = ?",
                [(f"{Outcome.REFUSED}: {reason}", batch.session_number, sequence) for sequence in sequences],
            )
            if times:
                add_known_loss(connection, reason, len(times), first_us=min(times), last_us=max(times))
    store.no_longer_waiting(count, size)


def quarantine(store: SpoolStore, batch: PlannedBatch, *, reason: str, at_us: int = 0) -> None:
    """A delivery of one event that the server does not take: kept a while to be shown, and counted as lost."""
    span = (batch.first_position, batch.last_position, batch.session_number)
    with store.transaction() as connection:
        connection.execute("delete from batches where batch_key = ?", (batch.batch_key,))
        ((occurred_us,),) = connection.execute(f"select occurred_us from events where {_SPAN}", span).fetchall()
        connection.execute(
            f"update events set sent_us = ?, outcome = ? where {_SPAN}",
            (at_us or occurred_us, f"{Outcome.NOT_TAKEN}: {reason[:500]}", *span),
        )
        add_loss(connection, LossReason.POISONED, 1, first_us=occurred_us, last_us=occurred_us)
    store.measure()
