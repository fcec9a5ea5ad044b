"""Checks of built days: what breaks an expectation is set aside, by event or by person and day; the rest is sound."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import dagster as dg
import pyarrow as pa
import pytest

from domain.dates.days import LONGEST_DAY_US
from domain.event_batches import AgentSession
from domain.event_kinds import KIND_BY_CODE, EventKind
from domain.losses import LossReason
from domain.raw_events import RawEvent
from pipelines.checks.expectations import check_activities, check_raw_events, require_sound
from pipelines.mining.days.inputs import read_days
from pipelines.mining.lake.files import Lake, write_table
from pipelines.mining.lake.quarantine import QuarantineNote, tell_notes
from pipelines.mining.raw_events.day_events import SCHEMA
from pipelines.mining.raw_events.day_file import day_writer
from pipelines.mining.raw_events.touched_days import read_touched_days
from pipelines.steps.days import build_days, process_days
from tests.pipelines.builders import Landing, collection_facts, dbt_builder, instant, read_dataset

DAYS = (date(2026, 3, 2), date(2026, 3, 3))
ZONES = {1: "UTC", 2: "UTC"}


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    """Two people on two days, built."""
    landing = Landing(Lake(tmp_path))
    for person in ZONES:
        session = AgentSession(UUID(int=person), "mia", "desk", "UTC", "1")
        events = [
            RawEvent(number * 10 + hour, instant(day, f"0{hour}:00:00"), EventKind.CLICKED, "a.exe")
            for number, day in enumerate(DAYS)
            for hour in range(1, 5)
        ]
        landing.add(person, session, events)
    process_days(landing.lake, collection_facts(landing, time_zones=ZONES), dbt_builder())
    return landing


def notes(lake: Lake) -> list[tuple[LossReason, int]]:
    found: list[QuarantineNote] = []
    tell_notes(lake, found.append)
    return [(note.reason, note.event_count) for note in found]


def change_event(lake: Lake, day: date, row: int, **values: Any) -> None:
    table = read_days(lake, "raw_events", [day], SCHEMA.names).select(SCHEMA.names)
    rows = table.to_pylist()
    rows[row].update(values)
    path = lake.day_file("raw_events", day)
    with day_writer(path) as writer:
        writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))


def change_activity(lake: Lake, day: date, person: int, **values: Any) -> None:
    path = lake.day_file("activities", day)
    table = read_dataset(lake, "activities").schema.remove(
        read_dataset(lake, "activities").schema.get_field_index("day")
    )
    rows = [
        {**row, **(values if row["workstation_user_id"] == person else {})}
        for row in read_days(lake, "activities", [day], table.names).select(table.names).to_pylist()
    ]
    write_table(lake, pa.Table.from_pylist(rows, schema=table), path)


def test_sound_days_pass_and_nothing_is_set_aside(landing: Landing) -> None:
    assert check_raw_events(landing.lake, DAYS).passed
    assert check_activities(landing.lake, DAYS).passed
    require_sound(landing.lake, DAYS)
    assert notes(landing.lake) == []


@pytest.mark.parametrize(
    "values", [{"kind": len(KIND_BY_CODE)}, {"source": 99}, {"sequence": -1}, {"context_key": -1}], ids=str
)
def test_an_event_that_cannot_be_is_set_aside_alone(landing: Landing, values: dict[str, int]) -> None:
    change_event(landing.lake, DAYS[0], 2, **values)
    result = check_raw_events(landing.lake, DAYS)
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert read_dataset(landing.lake, "raw_events").num_rows == 15
    assert notes(landing.lake) == [(LossReason.UNSOUND_EVENT, 1)]
    assert {(each.workstation_user_id, each.day) for each in read_touched_days(landing.lake).days} == {(1, DAYS[0])}
    assert check_raw_events(landing.lake, DAYS).passed
    build_days(landing.lake, collection_facts(landing, time_zones=ZONES), dbt_builder())
    assert read_dataset(landing.lake, "event_pool").num_rows == 15


def test_of_an_event_that_stands_on_two_days_the_first_stays(landing: Landing) -> None:
    first = read_dataset(landing.lake, "raw_events").to_pylist()[0]
    change_event(landing.lake, DAYS[1], 0, session_key=first["session_key"], sequence=first["sequence"])
    assert not check_raw_events(landing.lake, DAYS).passed
    rows = read_dataset(landing.lake, "raw_events").to_pylist()
    assert [row["day"] for row in rows].count(DAYS[0]) == 8
    assert [row["day"] for row in rows].count(DAYS[1]) == 7
    assert notes(landing.lake) == [(LossReason.UNSOUND_EVENT, 1)]


@pytest.mark.parametrize(
    "values",
    [{"duration_us": LONGEST_DAY_US + 1}, {"duration_us": 0}, {"state": "asleep"}, {"event_count": -1}],
    ids=str,
)
def test_a_persons_day_that_cannot_be_is_set_aside_and_all_others_stay(
    landing: Landing, values: dict[str, Any]
) -> None:
    before = read_dataset(landing.lake, "activities").to_pylist()
    change_activity(landing.lake, DAYS[0], 2, **values)
    require_sound(landing.lake, DAYS)
    left = read_dataset(landing.lake, "activities").to_pylist()
    assert left == [row for row in before if (row["workstation_user_id"], row["day"]) != (2, DAYS[0])]
    ((reason, _),) = notes(landing.lake)
    assert reason is LossReason.UNSOUND_DAY
    assert check_activities(landing.lake, DAYS).passed
