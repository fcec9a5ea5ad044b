"""Changes events after they were spooled: a stricter policy masks them, age ends them."""

from collections.abc import Callable

from agent.spool.losses import add_loss
from agent.spool.rows import body_of, raw_event
from agent.spool.store import SpoolStore, lose
from domain.losses import LossReason
from domain.raw_events import RawEvent

Judge = Callable[[RawEvent, int], RawEvent | None]
"""(event, its time in microseconds) → the event as it may be kept, or None when it may not."""


def apply_policy(store: SpoolStore, judge: Judge) -> tuple[int, int]:
    """(masked, taken out): every waiting event is judged again; sent ones are forgotten.

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
                masked.append((body_of(kept), position))
        connection.execute("delete from events where sent_us is not null")
        if masked or lost:
            connection.execute("delete from batches")
        connection.executemany("update events set body = ? where position = ?", masked)
        connection.executemany("delete from events where position = ?", [(position,) for position, _ in lost])
        if lost:
            times = [occurred_us for _, occurred_us in lost]
            reason = LossReason.STRICTER_POLICY
            add_loss(connection, reason, len(lost), first_us=min(times), last_us=max(times))
    with store.reading() as connection:
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    store.measure()
    return len(masked), len(lost)


def expire(store: SpoolStore, *, now_us: int) -> int:
    """How many waiting events outlived their time and are counted as lost; sent ones are forgotten in theirs."""
    limits = store.limits
    with store.transaction() as connection:
        too_old = "occurred_us < ?"
        expired = lose(connection, too_old, (now_us - limits.max_age_us,), LossReason.SPOOL_EXPIRED)
        connection.execute(
            "delete from events where sent_us is not null and (sent_us < ? or position <= "
            "(select position from events where sent_us is not null order by position desc limit 1 offset ?))",
            (now_us - limits.sent_kept_us, limits.sent_kept_count),
        )
        connection.execute(
            "delete from sessions where session_number < (select max(session_number) from sessions) and not exists"
            " (select 1 from events where events.session_number = sessions.session_number)"
            " and session_number not in (select cast(value as integer) from facts where name = 'open_task_session')"
        )
    with store.reading() as connection:
        connection.execute("pragma incremental_vacuum(200)").fetchall()
    store.measure()
    return expired
