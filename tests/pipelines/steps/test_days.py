"""Days are built without what cannot be: a file that nobody can read, a person's day that does not add up."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from domain.event_batches import AgentSession
from domain.event_kinds import EventKind
from domain.losses import LossReason
from domain.raw_events import RawEvent
from pipelines.mining.days.reconciliation import Discrepancy
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.files import Lake
from pipelines.mining.lake.quarantine import QuarantineNote, tell_notes
from pipelines.mining.raw_events.compaction import compact
from pipelines.mining.raw_events.touched_days import read_touched_days
from pipelines.resources.dbt_build import DbtBuildError
from pipelines.steps import days as steps
from pipelines.steps.days import build_days, process_days
from tests.pipelines.builders import Landing, collection_facts, dbt_builder, instant, read_dataset

DAYS = (date(2026, 3, 2), date(2026, 3, 3))
PEOPLE = (1, 2)


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    """Two people, two clicks on each of two days."""
    landing = Landing(Lake(tmp_path))
    for person in PEOPLE:
        events = [
            RawEvent(number * 10 + hour, instant(day, f"0{hour}:00:00"), EventKind.CLICKED, "a.exe")
            for number, day in enumerate(DAYS)
            for hour in (1, 2)
        ]
        landing.add(person, AgentSession(UUID(int=person), "mia", "desk", "UTC", "1"), events)
    return landing


def facts(landing: Landing) -> CollectionFacts:
    return collection_facts(landing, time_zones=dict.fromkeys(PEOPLE, "UTC"))


def built(lake: Lake, dataset: str = "activities") -> set[tuple[int, date]]:
    return {(row["workstation_user_id"], row["day"]) for row in read_dataset(lake, dataset).to_pylist()}


def reasons(lake: Lake) -> list[LossReason]:
    found: list[QuarantineNote] = []
    tell_notes(lake, found.append)
    return [note.reason for note in found]


@pytest.mark.parametrize("target", ["streaming", "portable"])
def test_a_stored_day_that_nobody_can_read_is_set_aside_and_the_other_is_built(landing: Landing, target: str) -> None:
    lake = landing.lake
    compact(lake, facts(landing))
    lake.day_file("raw_events", DAYS[0]).write_text("no events")
    build_days(lake, facts(landing), dbt_builder(target))
    assert built(lake) == {(person, DAYS[1]) for person in PEOPLE}
    assert reasons(lake) == [LossReason.UNREADABLE_FILE]
    assert read_touched_days(lake).days == ()


def test_a_model_that_fails_by_itself_sets_nothing_aside(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise DbtBuildError("Model activities failed: correct it.")

    monkeypatch.setattr(steps, "_build_range", fail)
    with pytest.raises(DbtBuildError):
        process_days(landing.lake, facts(landing), dbt_builder())
    assert reasons(landing.lake) == []
    assert len(read_touched_days(landing.lake).days) == 4


def test_a_persons_day_that_does_not_add_up_is_set_aside_and_can_be_built_anew(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = landing.lake
    differing = Discrepancy(workstation_user_id=1, day=DAYS[0], activities_us=1, observed_us=2, is_disjoint=True)
    with monkeypatch.context() as patch:
        patch.setattr(steps, "reconcile", lambda *_: [differing])
        done = process_days(lake, facts(landing), dbt_builder()).built
    assert done.discrepancies == (differing,)
    everything = {(person, day) for person in PEOPLE for day in DAYS}
    assert built(lake) == everything - {(1, DAYS[0])}
    assert built(lake, "event_pool") == everything
    assert reasons(lake) == [LossReason.UNSOUND_DAY]
    build_days(lake, facts(landing), dbt_builder(), days=[DAYS[0]])
    assert built(lake) == everything
