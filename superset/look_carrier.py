"""Carries looks and downloads from Superset's own log to the audit log of governance, each row once.

Governance keeps the number of the last row in the transaction that adds the entries. What it does not take stays in
the log and is carried later; what was carried stays for some months and is deleted then.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

import requests
from looks import LoggedLook, grouped
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

CARRY_EVERY_SECONDS, PRUNE_EVERY_SECONDS = 15.0, 3_600.0
ANSWER_WITHIN_SECONDS = 30
ROWS_AT_ONCE = 500
KEPT_DAYS = 90

#: Whoever logs holds the same lock, shared: once it is ours, no row with a lower number is still to come.
_ASKING = text("select pg_advisory_xact_lock(hashtextextended('task mining looks', 0))")
_LAST = text("select coalesce(max(id), 0) from logs")
_ROWS = text("""
with looks as materialized (
    select id, dttm, action, slice_id, json::json as facts
    from logs
    where id > :after and id <= :up_to and action in ('task_mining:looked_at', 'task_mining:downloaded')
    order by id
    limit :limit
)
select
    looks.id as log_id, looks.dttm at time zone 'utc' as logged_at, looks.action,
    looks.facts ->> 'login' as login, looks.facts ->> 'what' as what,
    coalesce(dashboards.dashboard_title, looks.facts ->> 'dashboard') as dashboard,
    coalesce(slices.slice_name, looks.slice_id::text, '') as chart,
    coalesce(tables.table_name, looks.facts ->> 'dataset_id', '') as dataset
from looks
left join dashboards on looks.facts ->> 'dashboard' in (dashboards.id::text, dashboards.slug)
left join slices on looks.slice_id = slices.id
left join tables on looks.facts ->> 'dataset_id' = tables.id::text
order by looks.id
""")
#: The last one stays: by it one sees that the log is still the same.
_PRUNE = text("delete from logs where id < :up_to and dttm < now() at time zone 'utc' - make_interval(days => :days)")


logger = logging.getLogger(__name__)


class NotTakenError(Exception):
    """Governance did not take what it was told, or did not answer."""


def keep_carrying(engine: Engine, url: str, token: str, *, wait: Callable[[float], object] = time.sleep) -> None:
    """For ever. Says once what does not work, and once that it works again."""
    is_failing, pruned_at = False, -math.inf
    while True:
        begun_at = time.monotonic()
        is_pruning = begun_at - pruned_at >= PRUNE_EVERY_SECONDS
        try:
            while carry(engine, url, token, is_pruning=is_pruning):
                pass
            pruned_at = begun_at if is_pruning else pruned_at
            if is_failing:
                logger.warning("Looks are carried to the audit log again.")
            is_failing = False
        except (NotTakenError, SQLAlchemyError) as error:
            if not is_failing:
                logger.warning("Looks wait in the log of Superset until governance takes them (%s).", error)
            is_failing = True
        except Exception:
            if not is_failing:
                logger.exception("Looks wait in the log of Superset: something unforeseen stands in the way.")
            is_failing = True
        wait(CARRY_EVERY_SECONDS)


def carry(engine: Engine, url: str, token: str, *, is_pruning: bool) -> bool:
    """Carries what there is, up to so many rows; whether there is more. Raises NotTakenError."""
    after = _taken_up_to(url, token)
    with engine.begin() as connection:
        connection.execute(_ASKING)
        last = int(connection.execute(_LAST).scalar_one())
    is_restarted = last < after
    first = 0 if is_restarted else after
    with engine.begin() as connection:
        rows = _read(connection, after=first, up_to=last)
        if is_pruning:
            connection.execute(_PRUNE, {"up_to": first, "days": KEPT_DAYS})
    is_more = len(rows) == ROWS_AT_ONCE
    up_to = rows[-1].log_id if is_more else last
    if up_to != after:
        report = {"after": after, "up_to": up_to, "is_restarted": is_restarted, "looks": grouped(rows)}
        _governance("POST", url, token, json=report)
    return is_more


def _read(connection: Connection, *, after: int, up_to: int) -> Sequence[LoggedLook]:
    found = connection.execute(_ROWS, {"after": after, "up_to": up_to, "limit": ROWS_AT_ONCE})
    return [LoggedLook(**row._mapping) for row in found]


def _taken_up_to(url: str, token: str) -> int:
    said = _governance("GET", url, token)
    try:
        return int(said["up_to"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotTakenError(f"It does not say how far the log was carried: {error!r}") from error


def _governance(method: str, url: str, token: str, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    try:
        answer = requests.request(
            method, f"{url.rstrip('/')}/dashboard-looks", headers=headers, timeout=ANSWER_WITHIN_SECONDS, **body
        )
        if not answer.ok:
            raise NotTakenError(f"{answer.status_code}: {answer.text[:300]}")
        return answer.json()
    except (requests.RequestException, ValueError) as error:
        raise NotTakenError(str(error)) from error
