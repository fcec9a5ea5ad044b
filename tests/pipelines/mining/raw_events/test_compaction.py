"""Compaction: every committed event once, by local day, in order; read after its receipt, lost never."""

import os
import time
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from domain.event_batches import AgentSession
from domain.event_kinds import EventKind
from domain.landing_files import LANDING_FOLDER
from domain.raw_events import RawEvent
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.files import Lake
from pipelines.mining.raw_events.compaction import ORPHAN_AGE_S, compact
from pipelines.mining.raw_events.touched_days import read_touched_days
from tests.pipelines.builders import Landing, collection_facts, instant, read_dataset
from tests.pipelines.mining.raw_events.killed_compactions import compact_and_be_killed

SUNDAY, MONDAY = date(2026, 3, 1), date(2026, 3, 2)
SESSION = AgentSession(UUID(int=1), "mia", "desk", "Asia/Tokyo", "1")
ZONES = {1: "Asia/Tokyo", 2: "America/New_York"}


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(Lake(tmp_path))


def event(sequence: int, clock: str, *, day: date = MONDAY) -> RawEvent:
    return RawEvent(sequence, instant(day, clock), EventKind.CLICKED, "a.exe")


def facts(landing: Landing) -> CollectionFacts:
    return collection_facts(landing, time_zones=ZONES)


def test_an_empty_landing_folder_is_no_work(landing: Landing) -> None:
    assert compact(landing.lake, facts(landing)).days == ()


def test_a_day_is_the_local_day_of_each_person(landing: Landing) -> None:
    landing.add(1, SESSION, [event(0, "20:00:00", day=SUNDAY)])
    landing.add(2, AgentSession(UUID(int=2), "max", "desk", "America/New_York", "1"), [event(0, "02:00:00")])
    done = compact(landing.lake, facts(landing))
    assert done.days == (SUNDAY, MONDAY)
    rows = read_dataset(landing.lake, "raw_events").to_pylist()
    assert [(row["workstation_user_id"], row["day"]) for row in rows] == [(2, SUNDAY), (1, MONDAY)]


def test_resends_are_stored_once_in_whatever_file_they_come(landing: Landing) -> None:
    events = [event(number, f"0{number}:00:00") for number in range(5)]
    landing.add(1, SESSION, [*events, events[2]])
    compact(landing.lake, facts(landing))
    landing.add(1, SESSION, [events[4], event(5, "06:00:00")])
    done = compact(landing.lake, facts(landing))
    assert (done.landed_rows, done.stored_rows) == (2, 1)
    assert read_dataset(landing.lake, "raw_events")["sequence"].to_pylist() == [0, 1, 2, 3, 4, 5]


def test_of_events_with_one_identity_the_first_landed_stays(landing: Landing) -> None:
    landing.add(1, SESSION, [event(0, "01:00:00")])
    landing.add(1, SESSION, [event(0, "02:00:00")])
    compact(landing.lake, facts(landing))
    (row,) = read_dataset(landing.lake, "raw_events").to_pylist()
    assert row["occurred_at"] == instant(MONDAY, "01:00:00")


def test_a_file_without_a_receipt_is_not_read_and_goes_when_it_is_old(landing: Landing) -> None:
    landing.add(1, SESSION, [event(0, "01:00:00")])
    orphan = landing.lake.dataset(LANDING_FOLDER) / landing.files.pop().name
    assert compact(landing.lake, facts(landing)).orphan_files == 0
    assert orphan.exists()
    old = time.time() - ORPHAN_AGE_S - 60
    os.utime(orphan, (old, old))
    assert compact(landing.lake, facts(landing)).orphan_files == 1
    assert not orphan.exists()
    assert not landing.lake.days("raw_events")


def test_killed_before_the_landing_files_went_it_starts_again_without_doubling(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing.add(1, SESSION, [event(0, "01:00:00"), event(1, "02:00:00")])

    compact_and_be_killed(landing.lake, facts(landing), monkeypatch)
    assert read_touched_days(landing.lake).days == ()
    done = compact(landing.lake, facts(landing))
    assert done.stored_rows == 0
    assert read_dataset(landing.lake, "raw_events").num_rows == 2
    assert [each.day for each in read_touched_days(landing.lake).days] == [MONDAY]
    assert list(landing.lake.dataset(LANDING_FOLDER).iterdir()) == []
