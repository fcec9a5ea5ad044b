"""Whatever the order in which days land, the lake holds the truth in the end: late events rebuild what they touch."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from domain.dates.collection_windows import CollectionWindow
from domain.dates.days import day_bounds_us
from domain.event_filters.predefined import PREDEFINED_EVENT_FILTERS
from domain.landing_files import LANDING_FOLDER
from pipelines.mining.facts.collection import CollectionFacts, LandedFile
from pipelines.mining.lake.files import Lake
from pipelines.resources.dbt_build import DbtBuilder
from pipelines.steps.days import process_days
from simulator.office.people import workforce_people
from simulator.parameters import Parameters, Rates
from simulator.sending.landed_files import LandedWorkforce, land
from simulator.truth.product_results import ProductResults, read_lake
from simulator.truth.verification import compare_activities
from tests.fixtures.assignments import all_continuous
from tests.pipelines.builders import DBT_TARGET

pytestmark = pytest.mark.journey

#: Wednesday to Tuesday: a weekend lies between.
PARAMETERS = Parameters(
    last_on=date(2026, 3, 31),
    people_per_team=1,
    working_days=5,
    rates=Rates(visit_seconds=400, events_per_person_day=150, private_share=0.5, crash_share=0.5, long_lock_share=0.3),
)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (3, 4, 0, 2, 1)], ids=["in order", "late days"])
def test_the_activities_are_the_truth_in_whatever_order_days_land(tmp_path: Path, order: Sequence[int]) -> None:
    lake = Lake(tmp_path / "lake")
    landed = land(PARAMETERS, lake.root)
    facts = facts_of(landed)
    waiting = tmp_path / "waiting"
    (lake.root / LANDING_FOLDER).rename(waiting)
    (lake.root / LANDING_FOLDER).mkdir()
    dbt = DbtBuilder(target_folder=DBT_TARGET)
    arrived: list[LandedFile] = []
    for number in order:
        arrived.append(facts.landed_files[number])
        (waiting / arrived[-1].name).rename(lake.root / LANDING_FOLDER / arrived[-1].name)
        done = process_days(lake, replace(facts, landed_files=tuple(arrived)), dbt)
        assert not done.built.discrepancies
    results = ProductResults(workstation_user_ids=landed.workstation_user_ids)
    read_lake(lake.root, 1, results)
    findings = compare_activities(landed.truth.people.values(), results)
    assert [finding for finding in findings if finding.deviation] == []
    assert results.stored_count == landed.truth.counts.stored


def facts_of(landed: LandedWorkforce) -> CollectionFacts:
    people = workforce_people(PARAMETERS)
    ids = landed.workstation_user_ids
    return CollectionFacts(
        time_zones={ids[person.login]: person.time_zone for person in people},
        assignments=all_continuous(
            CollectionWindow(
                ids[person.login],
                day_bounds_us(PARAMETERS.first_on, person.time_zone)[0],
                day_bounds_us(PARAMETERS.last_on, person.time_zone)[1],
            )
            for person in people
        ),
        landed_files=tuple(
            LandedFile(name=name, first_us=first_us, last_us=last_us, event_count=count)
            for name, (first_us, last_us, count) in landed.files.items()
        ),
        event_filters=PREDEFINED_EVENT_FILTERS,
    )
