"""Days of people who are collected from while they record a task, beside those who always are."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from domain.dates.collection_windows import CollectionWindow
from domain.event_batches import AgentSession, to_microseconds
from domain.event_kinds import EventKind
from domain.raw_events import RawEvent
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.files import Lake
from pipelines.steps.days import process_days
from tests.fixtures.assignments import continuous, targeted
from tests.pipelines.builders import Landing, dbt_builder, instant, read_dataset

DAY = date(2026, 3, 2)
NEXT = DAY + timedelta(days=1)
TASKS = {"10:00": EventKind.TASK_STARTED, "11:00": EventKind.TASK_STOPPED}
CLOCKS = ("09:00", "10:00", "10:30", "11:00", "11:30", "14:00", "14:30", "15:00")
AFTERNOON = {"14:00": EventKind.TASK_STARTED, "15:00": EventKind.TASK_STOPPED}


def worked(landing: Landing, person: int, day: date = DAY) -> None:
    kinds = TASKS | AFTERNOON
    events = [
        RawEvent(
            number,
            instant(day, f"{clock}:00"),
            kinds.get(clock, EventKind.CLICKED),
            application="editor",
            task_name="Refund" if clock in kinds else "",
        )
        for number, clock in enumerate(CLOCKS)
    ]
    landing.add(person, AgentSession(UUID(int=person + 10 * day.day), f"p{person}", "desk", "UTC", "1.0"), events)


def test_the_pool_keeps_recordings_and_the_order_of_its_events(tmp_path: Path) -> None:
    """Persons 1 and 3 have several spans, person 2 has one: a join finds their matches at different depths."""
    lake = Lake(tmp_path)
    landing = Landing(lake)
    for person in (1, 2, 3):
        worked(landing, person)
    assignments = (
        targeted(CollectionWindow(1, 0), "refund"),
        continuous(CollectionWindow(2, 0), approval_id=3),
        targeted(CollectionWindow(3, 0), "refund", approval_id=4),
    )
    facts = CollectionFacts(dict.fromkeys((1, 2, 3), "UTC"), assignments, tuple(landing.files))
    assert process_days(lake, facts, dbt_builder()).built.discrepancies == ()
    pool = read_dataset(lake, "event_pool")
    kept = list(zip(pool["workstation_user_id"].to_pylist(), pool["sequence"].to_pylist(), strict=True))
    recorded = [1, 2, 3, 5, 6, 7]
    expected = [(person, number) for person in (1, 2, 3) for number in (range(8) if person == 2 else recorded)]
    assert kept == expected
    lasted = dict.fromkeys((1, 2, 3), 0)
    for row in read_dataset(lake, "activities").to_pylist():
        lasted[row["workstation_user_id"]] += row["duration_us"]
    assert lasted[1] <= 2 * 3_600_000_001 < lasted[2]


def test_a_recording_that_began_the_day_before_lasts_until_it_is_stopped(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    landing = Landing(lake)
    session = AgentSession(UUID(int=1), "p1", "desk", "UTC", "1.0")
    kinds = (EventKind.TASK_STARTED, EventKind.CLICKED, EventKind.TASK_STOPPED, EventKind.CLICKED)
    clocks = ((DAY, "23:00:00"), (NEXT, "01:00:00"), (NEXT, "02:00:00"), (NEXT, "03:00:00"))
    events = [
        RawEvent(number, instant(day, clock), kind, application="editor", task_name="Refund")
        for number, (kind, (day, clock)) in enumerate(zip(kinds, clocks, strict=True))
    ]
    landing.add(1, session, events)
    facts = CollectionFacts({1: "UTC"}, (targeted(CollectionWindow(1, 0), "refund"),), tuple(landing.files))
    process_days(lake, facts, dbt_builder())
    assert read_dataset(lake, "event_pool")["occurred_us"].to_pylist() == [
        to_microseconds(event.occurred_at) for event in events[:3]
    ]
