"""Counts in the spool what will never arrive, by reason, until the server has heard of it.

Reasons are words of `domain.losses`: add one there.
"""

import sqlite3

from agent.spool.rows import LossCount


def add_loss(connection: sqlite3.Connection, reason: str, event_count: int, *, first_us: int, last_us: int) -> None:
    connection.execute(
        "insert into losses values (?, ?, ?, ?) on conflict (reason) do update set"
        " event_count = event_count + excluded.event_count,"
        " first_us = min(first_us, excluded.first_us), last_us = max(last_us, excluded.last_us)",
        (str(reason), event_count, first_us, last_us),
    )


def read_losses(connection: sqlite3.Connection) -> tuple[LossCount, ...]:
    rows = connection.execute("select reason, event_count, first_us, last_us from losses order by reason")
    return tuple(LossCount(*row) for row in rows)


def forget_losses(connection: sqlite3.Connection, reported: tuple[LossCount, ...]) -> None:
    """Takes off what was reported; what was lost meanwhile stays."""
    for loss in reported:
        connection.execute(
            "update losses set event_count = event_count - ? where reason = ?", (loss.event_count, loss.reason)
        )
    connection.execute("delete from losses where event_count <= 0")
