"""Counts in the spool what will never arrive, by reason, until the server has heard of it.

Reasons are words of `domain.losses`: add one there.
"""

import sqlite3

from agent.spool.rows import LossCount


def add_loss(connection: sqlite3.Connection, reason: str, event_count: int, *, first_us: int, last_us: int) -> None:
    connection.execute(
        "insert into losses (reason, event_count, first_us, last_us) values (?, ?, ?, ?)"
        " on conflict (reason) do update set"
        " event_count = event_count + excluded.event_count,"
        " first_us = min(first_us, excluded.first_us), last_us = max(last_us, excluded.last_us)",
        (str(reason), event_count, first_us, last_us),
    )


def add_known_loss(
    connection: sqlite3.Connection, reason: str, event_count: int, *, first_us: int, last_us: int
) -> None:
    """What the server itself refused: it has counted it, the person is told."""
    connection.execute(
        "insert into losses values (?, 0, ?, ?, ?) on conflict (reason) do update set"
        " reported_count = reported_count + excluded.reported_count,"
        " first_us = min(first_us, excluded.first_us), last_us = max(last_us, excluded.last_us)",
        (str(reason), first_us, last_us, event_count),
    )


def read_losses(connection: sqlite3.Connection, *, with_reported: bool = False) -> tuple[LossCount, ...]:
    """Those that the server has not been told of, or all that there ever were."""
    which = "1" if with_reported else "event_count > 0"
    rows = connection.execute(
        f"select reason, event_count, first_us, last_us, event_count + reported_count from losses where {which}"
        " order by reason"
    )
    return tuple(LossCount(*row) for row in rows)


def forget_losses(connection: sqlite3.Connection, reported: tuple[LossCount, ...]) -> None:
    """Marks what was reported; what was lost meanwhile is reported next. The person is told of all."""
    for loss in reported:
        connection.execute(
            "update losses set event_count = event_count - ?, reported_count = reported_count + ? where reason = ?",
            (loss.event_count, loss.event_count, loss.reason),
        )
