"""Changes events after they were spooled: a stricter policy masks them, a no takes them out, age ends them."""

from collections.abc import Callable

from agent.spool.losses import add_loss
from agent.spool.rows import Outcome, assignments_of, body_of, raw_event
from agent.spool.store import DAY_US, SpoolStore, lose
from domain.losses import LossReason
from domain.raw_events import RawEvent

Judge = Callable[[RawEvent, int], RawEvent | None]
"""(event, its time in microseconds) → the event as it may be kept, or None when it may not."""

MASKED_LATER = "a filter that came later"
KEPT_US = 7 * DAY_US


def apply_policy(store: SpoolStore, judge: Judge) -> tuple[int, int]:
    """(masked, taken out): every waiting event is judged again; what was sent stays as it was sent.

    What is taken out is overwritten in the file and its log, and counted as a loss.
    """
    masked, lost = [], []
    with store.transaction() as connection:
        query = "select position, occurred_us, body from events where sent_us is null"
        for position, occurred_us, body in connection.execute(query).fetchall():
            event = raw_event(body)
            kept = judge(event, occurred_us)
            if kept is None:
                lost.append((position, occurred_us))
            elif kept != event:
                masked.append((body_of(kept), MASKED_LATER, position))
        if masked or lost:
            connection.execute("delete from batches")
        connection.executemany(
            "update events set body = ?, masked_by = trim(masked_by || char(10) || ?, char(10)) where position = ?",
            masked,
        )
        connection.executemany("delete from events where position = ?", [(position,) for position, _ in lost])
        if lost:
            times = [occurred_us for _, occurred_us in lost]
            reason = LossReason.STRICTER_POLICY
            add_loss(connection, reason, len(lost), first_us=min(times), last_us=max(times))
    _overwrite(store)
    return len(masked), len(lost)


def withdraw(store: SpoolStore, *, at_us: int) -> int:
    """Takes out what waits and was allowed by declined assignments alone; returns how many events that were.

    Of each stays a mark without content, for the person; the file is overwritten. Nobody else is told: it is no loss.
    """
    declined = store.declined
    with store.transaction(durable=True) as connection:
        planned = connection.execute("select session_number, first_position, last_position from batches").fetchall()
        query = (
            "select position, session_number, allowed_by, body from events where sent_us is null and allowed_by <> ''"
        )
        marks = []
        for position, session, allowed_by, body in connection.execute(query).fetchall():
            if not assignments_of(allowed_by) <= declined:
                continue
            is_planned = any(session == number and first <= position <= last for number, first, last in planned)
            outcome = Outcome.DECLINED_ON_THE_WAY if is_planned else Outcome.DECLINED
            event = raw_event(body)
            mark = body_of(RawEvent(event.sequence, event.occurred_at, event.kind))
            marks.append((mark, at_us, str(outcome), position))
        if marks:
            connection.execute("delete from batches")
            connection.executemany(
                "update events set body = ?, masked_by = '', sent_us = ?, outcome = ? where position = ?", marks
            )
    store.is_withdrawal_due = False
    _overwrite(store)
    return len(marks)


def _overwrite(store: SpoolStore) -> None:
    """What was taken out is no longer in the write-ahead log either."""
    with store.reading() as connection:
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    store.measure()


def expire(store: SpoolStore, *, now_us: int, kept_us: int = KEPT_US) -> int:
    """How many waiting events outlived their time and are counted as lost. What was sent is kept for `kept_us`."""
    limits = store.limits
    with store.transaction() as connection:
        shift = "select shift_us from sessions where sessions.session_number = events.session_number"
        too_old = f"occurred_us + coalesce(({shift}), 0) < ?"
        expired = lose(connection, too_old, (now_us - limits.max_age_us,), LossReason.SPOOL_EXPIRED)
        connection.execute("delete from events where sent_us is not null and sent_us < ?", (now_us - kept_us,))
        connection.execute(
            "delete from sessions where session_number < (select max(session_number) from sessions) and not exists"
            " (select 1 from events where events.session_number = sessions.session_number)"
            " and session_number not in (select cast(value as integer) from facts where name = 'open_task_session')"
        )
    _forget_beyond_bytes(store)
    with store.reading() as connection:
        connection.execute("pragma incremental_vacuum(200)").fetchall()
    store.measure()
    return expired


def _forget_beyond_bytes(store: SpoolStore) -> None:
    """Sent events are kept within their bytes, the newest of them; looked at in detail only where the file is large."""
    with store.reading() as connection:
        (pages,), (page_bytes,) = (
            connection.execute(f"pragma {name}").fetchone() for name in ("page_count", "page_size")
        )
        if pages * page_bytes <= store.limits.kept_max_bytes:
            return
    with store.transaction() as connection:
        connection.execute(
            "delete from events where sent_us is not null and position <= (select max(position) from ("
            "select position, sum(length(body) + 64) over (order by position desc) as bytes from events"
            " where sent_us is not null) where bytes > ?)",
            (store.limits.kept_max_bytes,),
        )
