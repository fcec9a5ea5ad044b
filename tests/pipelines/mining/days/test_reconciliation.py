"""Reconciliation finds what is missing, doubled or overlapping, to the microsecond."""

from datetime import date

import pyarrow as pa
import pytest

from domain.event_kinds import CODE_BY_KIND, EventKind
from pipelines.mining.days.reconciliation import Surroundings, reconcile
from pipelines.mining.facts.calendar import USER_DAYS

DAY = date(1970, 1, 1)
K = EventKind
NOTHING = Surroundings(carried={}, following={}, last_day_ends_us={1: 1_000}, latest_event_us=1_000)


def events(*rows: tuple[int, EventKind, int]) -> list[pa.RecordBatch]:
    table = pa.table(
        {
            "workstation_user_id": pa.array([1] * len(rows), pa.int32()),
            "occurred_us": pa.array([row[0] for row in rows], pa.int64()),
            "kind": pa.array([CODE_BY_KIND[row[1]] for row in rows], pa.int8()),
            "context_key": pa.array([row[2] for row in rows], pa.int64()),
        }
    )
    return list(table.to_batches())


def activities(*spans: tuple[int, int]) -> pa.Table:
    return pa.table(
        {
            "workstation_user_id": pa.array([1] * len(spans), pa.int32()),
            "day": pa.array([DAY] * len(spans), pa.date32()),
            "started_us": pa.array([span[0] for span in spans], pa.int64()),
            "ended_us": pa.array([span[1] for span in spans], pa.int64()),
        }
    )


def spans(start: int = 0, end: int = 1_000) -> pa.Table:
    row = {"workstation_user_id": 1, "day": DAY, "starts_us": start, "ends_us": end}
    return pa.Table.from_pylist([row], schema=USER_DAYS)


ORDINARY = events((100, K.SESSION_STARTED, 5), (300, K.CLICKED, 6), (500, K.SESSION_ENDED, 6))


def test_nothing_reconciles_with_nothing() -> None:
    assert reconcile([], activities(), spans(), NOTHING) == []


def test_activities_that_add_up_reconcile() -> None:
    assert reconcile([ORDINARY], activities((100, 300), (300, 500)), spans(), NOTHING) == []


@pytest.mark.parametrize("batch_rows", range(1, 8))
def test_it_does_not_matter_where_batches_end(batch_rows: int) -> None:
    rows = [
        (100, K.SESSION_STARTED, 5),
        (150, K.CLICKED, 5),
        (200, K.LOCKED, 5),
        (300, K.UNLOCKED, 0),
        (350, K.CLICKED, 5),
        (400, K.TYPED, 5),
        (600, K.SESSION_STARTED, 5),
        (700, K.SESSION_ENDED, 5),
    ]
    batches = [
        batch for first in range(0, len(rows), batch_rows) for batch in events(*rows[first : first + batch_rows])
    ]
    observed = activities((100, 200), (200, 300), (350, 400), (600, 700))
    assert reconcile([batches], observed, spans(), NOTHING) == []


def test_a_missing_microsecond_is_found() -> None:
    (found,) = reconcile([ORDINARY], activities((100, 299), (300, 500)), spans(), NOTHING)
    assert (found.activities_us, found.observed_us, found.is_disjoint) == (399, 400, True)


def test_an_overlap_is_found_though_the_sum_is_right() -> None:
    (found,) = reconcile([ORDINARY], activities((100, 300), (250, 450)), spans(), NOTHING)
    assert not found.is_disjoint
    assert found.activities_us == found.observed_us


def test_a_day_without_any_activity_is_found() -> None:
    (found,) = reconcile([ORDINARY], activities(), spans(), NOTHING)
    assert (found.activities_us, found.observed_us) == (0, 400)


def test_an_excluded_context_is_not_observed_but_leaving_it_is() -> None:
    day = events((100, K.SESSION_STARTED, 5), (200, K.WINDOW_FOCUSED, 0), (300, K.LOCKED, 0), (400, K.SESSION_ENDED, 5))
    assert reconcile([day], activities((100, 200), (300, 400)), spans(), NOTHING) == []


def test_after_a_crash_nothing_is_observed() -> None:
    day = events((100, K.CLICKED, 5), (200, K.CLICKED, 5), (700, K.SESSION_STARTED, 5), (800, K.SESSION_ENDED, 5))
    assert reconcile([day], activities((100, 200), (700, 800)), spans(), NOTHING) == []


def test_a_carried_lock_runs_on_until_somebody_is_there() -> None:
    before = Surroundings(
        carried={1: ("locked", 0, -50)}, following={}, last_day_ends_us={1: 1_000}, latest_event_us=900
    )
    assert reconcile([events((600, K.UNLOCKED, 5))], activities((0, 600)), spans(), before) == []
    assert reconcile([], activities((0, 900)), spans(), before) == []


def test_the_next_days_first_event_ends_the_last_stretch() -> None:
    after = Surroundings(carried={}, following={1: (1_200, False)}, last_day_ends_us={1: 2_000}, latest_event_us=1_200)
    assert reconcile([events((900, K.CLICKED, 5))], activities((900, 1_000)), spans(), after) == []


def test_what_lies_outside_the_window_does_not_count() -> None:
    assert reconcile([ORDINARY], activities((100, 250)), spans(0, 250), NOTHING) == []
