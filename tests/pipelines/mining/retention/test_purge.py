"""What a purge leaves of a day that one assignment still keeps, and another one, withdrawn or declined, does not."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from domain.dates.collection_windows import CollectionWindow
from domain.event_batches import AgentSession, to_microseconds
from domain.event_kinds import EventKind
from domain.raw_events import RawEvent
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.files import Lake, write_table
from pipelines.mining.raw_events.compaction import compact
from pipelines.mining.raw_events.touched_days import read_touched_days
from pipelines.mining.retention.plan import Retention, RetentionFacts
from pipelines.mining.retention.purge import purge_days
from tests.fixtures.assignments import continuous, targeted
from tests.pipelines.builders import Landing, instant, read_dataset

DAY = date(2026, 3, 2)
KINDS = {"10:00": EventKind.TASK_STARTED, "11:00": EventKind.TASK_STOPPED}
CLOCKS = ("09:00", "10:00", "10:30", "11:00", "11:30")
EVERYTHING = CollectionWindow(1, 0)


def facts(collection: CollectionFacts) -> RetentionFacts:
    now = datetime(2026, 3, 3, tzinfo=UTC)
    return RetentionFacts(now=now, retention=Retention(), projects=(), collection=collection)


def worked(lake: Lake) -> CollectionFacts:
    """A morning of persons 1 and 2, all of it collected; person 1 also records a task."""
    landing = Landing(lake)
    for person in (1, 2):
        events = [
            RawEvent(
                number,
                instant(DAY, f"{clock}:00"),
                KINDS.get(clock, EventKind.CLICKED),
                application="editor",
                task_name="Refund" if clock in KINDS else "",
            )
            for number, clock in enumerate(CLOCKS)
        ]
        landing.add(person, AgentSession(UUID(int=person), f"p{person}", "desk", "UTC", "1.0"), events)
    both = (continuous(EVERYTHING), continuous(CollectionWindow(2, 0), approval_id=3))
    collection = CollectionFacts(dict.fromkeys((1, 2), "UTC"), both, tuple(landing.files))
    compact(lake, collection)
    return collection


def kept(lake: Lake) -> list[tuple[int, int]]:
    rows = read_dataset(lake, "raw_events")
    return list(zip(rows["workstation_user_id"].to_pylist(), rows["sequence"].to_pylist(), strict=True))


def test_of_a_day_kept_for_recordings_only_these_stay_and_in_their_order(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    collection = worked(lake)
    assert purge_days(lake, facts(collection), is_dry_run=False)["raw_events"] == 0
    schema = pq.read_schema(lake.day_file("raw_events", DAY))
    left = (targeted(EVERYTHING, "refund"), *collection.assignments[1:])
    after = facts(CollectionFacts(collection.time_zones, left))
    assert purge_days(lake, after, is_dry_run=True)["raw_events"] == 2
    assert len(kept(lake)) == 2 * len(CLOCKS)
    assert purge_days(lake, after, is_dry_run=False)["raw_events"] == 2
    assert kept(lake) == [(1, 1), (1, 2), (1, 3), *((2, number) for number in range(5))]
    assert pq.read_schema(lake.day_file("raw_events", DAY)).equals(schema)
    assert purge_days(lake, after, is_dry_run=False)["raw_events"] == 0


def test_of_a_day_kept_for_an_afternoon_the_morning_goes(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    collection = worked(lake)
    later = CollectionWindow(1, to_microseconds(instant(DAY, "11:00:00")))
    after = facts(CollectionFacts(collection.time_zones, (continuous(later), *collection.assignments[1:])))
    purge_days(lake, after, is_dry_run=False)
    assert [number for person, number in kept(lake) if person == 1] == [3, 4]


def test_a_file_that_nothing_stays_of_is_gone(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    collection = worked(lake)
    nobody = facts(CollectionFacts(collection.time_zones, ()))
    assert purge_days(lake, nobody, is_dry_run=False)["raw_events"] == 2 * len(CLOCKS)
    assert not lake.days("raw_events")


def test_a_kept_day_that_lost_events_is_built_anew_and_the_day_of_others_is_not(tmp_path: Path) -> None:
    """Its activities were made of all its events, and nothing else would touch them."""
    lake = Lake(tmp_path)
    collection = worked(lake)
    pool = read_dataset(lake, "raw_events").drop(["day"])
    occurred = pool["occurred_at"].cast(pa.int64())
    write_table(lake, pool.append_column("occurred_us", occurred), lake.day_file("event_pool", DAY))
    read_touched_days(lake).settle()
    later = CollectionWindow(1, to_microseconds(instant(DAY, "11:00:00")))
    after = facts(CollectionFacts(collection.time_zones, (continuous(later), *collection.assignments[1:])))
    purge_days(lake, after, is_dry_run=True)
    assert not read_touched_days(lake).days
    purge_days(lake, after, is_dry_run=False)
    assert [(each.workstation_user_id, each.day) for each in read_touched_days(lake).days] == [(1, DAY)]
    read_touched_days(lake).settle()
    purge_days(lake, facts(CollectionFacts(collection.time_zones, collection.assignments[1:])), is_dry_run=False)
    assert not read_touched_days(lake).days  # nothing is left of the day of person 1
