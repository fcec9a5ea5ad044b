"""One bad file, or one person whom nobody knows, is set aside with its reason and its count; all else is absorbed."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.event_batches import AgentSession
from domain.event_kinds import EventKind
from domain.landing_files import LANDING_FOLDER
from domain.losses import LossReason
from domain.raw_events import RawEvent
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.files import Lake
from pipelines.mining.lake.quarantine import FOLDER, QuarantineNote, tell_notes
from pipelines.mining.raw_events import compaction
from pipelines.mining.raw_events.compaction import compact
from pipelines.mining.raw_events.touched_days import read_touched_days
from tests.pipelines.builders import Landing, collection_facts, instant, read_dataset
from tests.pipelines.mining.raw_events.killed_compactions import compact_and_be_killed

SUNDAY, MONDAY = date(2026, 3, 1), date(2026, 3, 2)
SESSIONS = {person: AgentSession(UUID(int=person), "mia", "desk", "UTC", "1") for person in (1, 2, 77)}


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    """Two files, of one event of one person each."""
    landing = Landing(Lake(tmp_path))
    for person in (1, 2):
        landing.add(person, SESSIONS[person], [event(0, "08:00:00"), event(1, "09:00:00")])
    return landing


def event(sequence: int, clock: str, *, day: date = MONDAY) -> RawEvent:
    return RawEvent(sequence, instant(day, clock), EventKind.CLICKED, "a.exe")


def facts(landing: Landing) -> CollectionFacts:
    return collection_facts(landing, time_zones={1: "UTC", 2: "UTC"})


def path_of(landing: Landing, number: int) -> Path:
    return landing.lake.dataset(LANDING_FOLDER) / landing.files[number].name


def notes(lake: Lake) -> list[tuple[LossReason, int]]:
    found: list[QuarantineNote] = []
    tell_notes(lake, found.append)
    return sorted((note.reason, note.event_count) for note in found)


def people(lake: Lake) -> list[int]:
    return sorted(read_dataset(lake, "raw_events")["workstation_user_id"].to_pylist())


def quarantined(lake: Lake) -> list[Path]:
    return sorted(lake.dataset(FOLDER).glob("*.parquet"))


def is_all_absorbed(landing: Landing) -> bool:
    return not list(landing.lake.dataset(LANDING_FOLDER).iterdir())


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def garble(path: Path) -> None:
    """The foot is whole, a page is not."""
    content = bytearray(path.read_bytes())
    content[4:60] = bytes(56)
    path.write_bytes(bytes(content))


def forget_a_column(path: Path) -> None:
    pq.write_table(pq.read_table(path).drop_columns(["sequence"]), path)


def write_words(path: Path) -> None:
    path.write_text("no events")


@pytest.mark.parametrize("spoil", [cut_off, garble, forget_a_column, write_words])
def test_a_file_that_nobody_can_read_is_set_aside_and_the_others_are_absorbed(landing: Landing, spoil: object) -> None:
    path = path_of(landing, 0)
    spoil(path)  # type: ignore[operator]
    spoilt = path.read_bytes()
    done = compact(landing.lake, facts(landing))
    assert (done.days, done.landed_rows, done.stored_rows, done.set_aside_count) == ((MONDAY,), 2, 2, 1)
    assert people(landing.lake) == [2, 2]
    assert is_all_absorbed(landing)
    (kept,) = quarantined(landing.lake)
    assert kept.read_bytes() == spoilt
    assert notes(landing.lake) == [(LossReason.UNREADABLE_FILE, 2)]


def test_a_file_that_holds_other_events_than_its_receipts_say_is_set_aside(landing: Landing) -> None:
    path = path_of(landing, 0)
    table = pq.read_table(path)
    pq.write_table(pa.concat_tables([table] * 4), path)
    compact(landing.lake, facts(landing))
    assert set(people(landing.lake)) >= {2}
    assert is_all_absorbed(landing)
    assert notes(landing.lake) == [(LossReason.UNEXPLAINED_FILE, 2)]


def test_events_outside_the_span_of_their_receipt_are_absorbed_all_the_same(landing: Landing) -> None:
    file = landing.add(1, SESSIONS[77], [event(0, "10:00:00"), event(1, "10:00:00", day=SUNDAY)])
    landing.files[-1] = replace(file, first_us=file.last_us)
    done = compact(landing.lake, facts(landing))
    assert (done.days, done.landed_rows, done.stored_rows, done.set_aside_count) == ((SUNDAY, MONDAY), 6, 6, 0)
    assert notes(landing.lake) == []
    assert {each.day for each in read_touched_days(landing.lake).days} == {SUNDAY, MONDAY}


def test_of_a_file_only_the_events_of_somebody_unknown_are_set_aside(landing: Landing) -> None:
    strangers = Landing(Lake(landing.lake.root / "elsewhere"))
    stranger = strangers.add(77, SESSIONS[77], [event(0, "11:00:00"), event(1, "12:00:00"), event(2, "13:00:00")])
    both = [pq.read_table(path_of(landing, 0)), pq.read_table(path_of(strangers, 0))]
    pq.write_table(pa.concat_tables(both), path_of(landing, 0))
    landing.files[0] = replace(landing.files[0], event_count=5, last_us=stranger.last_us)
    done = compact(landing.lake, facts(landing))
    assert (done.landed_rows, done.stored_rows, done.set_aside_count) == (4, 4, 1)
    assert people(landing.lake) == [1, 1, 2, 2]
    (kept,) = quarantined(landing.lake)
    assert pq.read_table(kept)["workstation_user_id"].to_pylist() == [77] * 3
    assert notes(landing.lake) == [(LossReason.UNKNOWN_PERSON, 3)]


def test_a_file_of_somebody_unknown_alone_stops_nothing(landing: Landing) -> None:
    landing.add(77, SESSIONS[77], [event(0, "11:00:00")])
    compact(landing.lake, facts(landing))
    assert people(landing.lake) == [1, 1, 2, 2]
    assert is_all_absorbed(landing)
    assert notes(landing.lake) == [(LossReason.UNKNOWN_PERSON, 1)]


def test_a_stored_day_that_nobody_can_read_begins_anew(landing: Landing) -> None:
    compact(landing.lake, facts(landing))
    cut_off(landing.lake.day_file("raw_events", MONDAY))
    landing.add(1, SESSIONS[1], [event(2, "10:00:00")])
    done = compact(landing.lake, facts(landing))
    assert (done.days, done.stored_rows, done.set_aside_count) == ((MONDAY,), 1, 1)
    assert people(landing.lake) == [1]
    assert notes(landing.lake) == [(LossReason.UNREADABLE_FILE, 1)]


def test_a_time_zone_changed_behind_the_products_back_sets_aside_what_lies_on_another_day(landing: Landing) -> None:
    """What was Monday morning is Sunday evening on the clock of Honolulu."""
    compact(landing.lake, facts(landing))
    landing.add(2, SESSIONS[2], [event(2, "10:00:00")])
    compact(landing.lake, replace(facts(landing), time_zones={1: "Pacific/Honolulu", 2: "UTC"}))
    assert people(landing.lake) == [2, 2, 2]
    (kept,) = quarantined(landing.lake)
    assert pq.read_table(kept)["workstation_user_id"].to_pylist() == [1, 1]
    assert notes(landing.lake) == [(LossReason.MISPLACED_EVENT, 2)]


def test_a_compaction_killed_after_it_set_events_aside_counts_them_once(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing.add(77, SESSIONS[77], [event(0, "11:00:00")])

    compact_and_be_killed(landing.lake, facts(landing), monkeypatch)
    compact(landing.lake, facts(landing))
    assert people(landing.lake) == [1, 1, 2, 2]
    assert is_all_absorbed(landing)
    assert notes(landing.lake) == [(LossReason.UNKNOWN_PERSON, 1)]


def test_an_error_of_the_machine_sets_nothing_aside(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compaction, "_compact_day", no_space)
    with pytest.raises(OSError, match="No space left"):
        compact(landing.lake, facts(landing))
    assert len(list(landing.lake.dataset(LANDING_FOLDER).iterdir())) == 2
    assert notes(landing.lake) == []
