"""A person whose registered time zone changes between two days: no event is lost, no time is lost or counted twice.

When a change takes effect is tested with `domain.dates.days`, and with the people of the governance API.
"""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest

from domain.contexts import Context
from domain.dates.days import local_day, zone_change_us
from domain.dates.time_zones import with_former_zones
from domain.event_batches import AgentSession, to_microseconds
from domain.event_kinds import EventKind
from domain.raw_events import RawEvent
from pipelines.checks.expectations import require_sound
from pipelines.mining.lake.files import Lake
from pipelines.steps.days import process_days
from tests.pipelines.builders import Landing, collection_facts, dbt_builder, read_dataset

SAP = Context("sap.exe", "Order", "")
EVENING = datetime(2026, 3, 2, 20, tzinfo=UTC)
SESSION = AgentSession(UUID(int=1), "mia", "desk-1", "UTC", "1.0")
MINUTES, CHANGED_AFTER = 661, 180
MINUTE_US = 60_000_000


def event(sequence: int, kind: EventKind, *, minutes: float) -> RawEvent:
    occurred_at = EVENING + timedelta(minutes=minutes)
    return RawEvent(sequence, occurred_at, kind, SAP.application, SAP.window_title, SAP.url)


def night_shift() -> list[RawEvent]:
    """Eleven hours with a click each minute, over the midnights of half the world."""
    clicks = [event(minute + 1, EventKind.CLICKED, minutes=minute) for minute in range(MINUTES)]
    started = event(0, EventKind.SESSION_STARTED, minutes=0)
    return [started, *clicks, event(MINUTES + 1, EventKind.SESSION_ENDED, minutes=MINUTES)]


@pytest.mark.parametrize("is_late", [False, True], ids=["in order", "with a late event of the former day"])
@pytest.mark.parametrize(
    ("former", "current"),
    [
        ("Europe/Berlin", "America/New_York"),
        ("America/New_York", "Europe/Berlin"),
        ("Europe/Berlin", "Asia/Tokyo"),
        ("Asia/Tokyo", "Europe/Berlin"),
        ("Pacific/Pago_Pago", "Pacific/Kiritimati"),
        ("Pacific/Kiritimati", "Pacific/Pago_Pago"),
    ],
)
def test_a_move_to_another_zone_loses_and_doubles_no_time(
    tmp_path: Path, former: str, current: str, is_late: bool
) -> None:
    lake, dbt, events = Lake(tmp_path), dbt_builder(), night_shift()
    landing = Landing(lake)
    landing.add(1, SESSION, events[: CHANGED_AFTER + 1])
    before = process_days(lake, collection_facts(landing, time_zones={1: former}), dbt)

    moved_us = zone_change_us(to_microseconds(EVENING) + CHANGED_AFTER * MINUTE_US, former)
    time_zone = with_former_zones(current, [(former, moved_us)])
    late = [event(9_000, EventKind.CLICKED, minutes=30.5)] if is_late else []
    landing.add(1, SESSION, [*events[CHANGED_AFTER + 1 :], *late])
    after = process_days(lake, collection_facts(landing, time_zones={1: time_zone}), dbt)
    assert before.built.discrepancies == after.built.discrepancies == ()

    assert read_dataset(lake, "raw_events").num_rows == len(events) + len(late)
    activities = sorted(read_dataset(lake, "activities").to_pylist(), key=lambda each: each["started_us"])
    assert all(first["ended_us"] == then["started_us"] for first, then in pairwise(activities))
    assert sum(each["duration_us"] for each in activities) == MINUTES * MINUTE_US
    assert sum(each["event_count"] for each in activities) == len(events) + len(late) - 1  # the end is nobody's
    assert [each["day"] for each in activities] == [local_day(each["started_us"], time_zone) for each in activities]


def test_somebody_idle_for_most_of_a_day_of_thirty_hours_is_sound(tmp_path: Path) -> None:
    """Whoever moves from Berlin to New York has a day that lasts until midnight there."""
    lake, landing = Lake(tmp_path), Landing(Lake(tmp_path))
    moved_us = zone_change_us(to_microseconds(EVENING + timedelta(hours=4)), "Europe/Berlin")
    started, idle, back, ended = (
        event(0, EventKind.SESSION_STARTED, minutes=240),
        event(1, EventKind.IDLE_STARTED, minutes=250),
        event(2, EventKind.IDLE_ENDED, minutes=250 + 28 * 60),
        event(3, EventKind.SESSION_ENDED, minutes=260 + 28 * 60),
    )
    landing.add(1, SESSION, [started, idle, back, ended])
    time_zone = with_former_zones("America/New_York", [("Europe/Berlin", moved_us)])
    built = process_days(lake, collection_facts(landing, time_zones={1: time_zone}), dbt_builder()).built
    require_sound(lake, built.days)
    (longest,) = [each for each in read_dataset(lake, "activities").to_pylist() if each["state"] == "idle"]
    assert longest["duration_us"] == 28 * 60 * MINUTE_US
