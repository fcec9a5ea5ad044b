"""Reads the starts and stops of tasks from the lake, for the assignments that are kept by them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from domain.assignments.assignment import Assignment
from domain.assignments.recordings import LONGEST_RECORDING_US, TaskMark
from domain.assignments.terms import Cadence
from domain.dates.days import HOUR_US
from domain.event_kinds import CODE_BY_KIND, EventKind
from pipelines.mining.lake.engine import EngineLimits, open_engine, parquet_sql
from pipelines.mining.lake.files import Lake

#: Whole local days before the first one on which a recording that still lasts can have begun; days may have 23 hours.
DAYS_BEFORE = LONGEST_RECORDING_US // (24 * HOUR_US) + 1
_STARTED, _STOPPED = CODE_BY_KIND[EventKind.TASK_STARTED], CODE_BY_KIND[EventKind.TASK_STOPPED]
#: How each dataset tells the instant, in microseconds.
INSTANT = {"raw_events": "epoch_us(occurred_at)", "task_markers": "occurred_us"}


def read_task_marks(
    lake: Lake,
    dataset: str,
    assignments: Iterable[Assignment],
    days: Collection[date],
    *,
    limits: EngineLimits | None = None,
) -> Mapping[int, list[TaskMark]]:
    """By person with a targeted assignment, what decides about the days: from `raw_events` or `task_markers`."""
    people = sorted({each.workstation_user_id for each in assignments if each.terms.cadence is Cadence.TARGETED})
    if not people or not days:
        return {}
    first, last = min(days) - timedelta(days=DAYS_BEFORE), max(days)
    files = [path for day, path in lake.days(dataset).items() if first <= day <= last]
    if not files:
        return {}
    with open_engine(limits) as engine:
        rows = engine.execute(f"""
            select workstation_user_id, session_key, {INSTANT[dataset]}, sequence, kind, task_name
            from {parquet_sql(files)}
            where kind in ({_STARTED}, {_STOPPED}) and workstation_user_id in ({", ".join(map(str, people))})
        """).fetchall()
    found: dict[int, list[TaskMark]] = {}
    for person, session_key, occurred_us, sequence, kind, task_name in rows:
        mark = TaskMark(
            session_key=session_key,
            occurred_us=occurred_us,
            sequence=sequence,
            is_start=kind == _STARTED,
            task_name=task_name,
        )
        found.setdefault(person, []).append(mark)
    return found
