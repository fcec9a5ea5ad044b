"""kill -9 in the middle of ingestion and of a run: what was receipted is there in the end, once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import duckdb
import pytest

from domain.landing_files import is_finished
from pipelines.project_files import ROOT
from simulator.parameters import Parameters, Rates, last_working_day
from simulator.sending.agents import Delivered, WorkforceDelivery
from simulator.truth.product_results import ProductResults, read_lake
from simulator.truth.verification import compare_activities
from tests.journeys.running_api import PATIENCE_SECONDS, RunningApi, prepare_workforce, wait_until
from tests.journeys.whole_pipeline import process_landed

pytestmark = pytest.mark.journey

PARAMETERS = Parameters(
    last_on=last_working_day(),
    people_per_team=1,
    working_days=4,
    events_per_batch=100,
    rates=Rates(visit_seconds=120, events_per_person_day=3_000, resent_batch_share=0.1, repeating_batch_share=0.1),
)
EVENTS_BETWEEN_KILLS = 10_000
API_KILLS = 2
#: A run is killed as soon as it has written a file here.
RUN_KILLED_AT = ("raw_events", "event_pool", "activities")


@pytest.fixture(scope="module")
def delivered(api: RunningApi) -> Delivered:
    """What agents delivered to an API that was killed meanwhile, and started again."""
    _, key = prepare_workforce(api.settings, PARAMETERS)
    sent = 0

    def note(event_count: int) -> None:
        nonlocal sent
        sent += event_count

    delivery = WorkforceDelivery(
        PARAMETERS, api_url=api.settings.api_url, registration_key=key, patience_seconds=PATIENCE_SECONDS, on_sent=note
    )
    with ThreadPoolExecutor(1) as background:
        sending = background.submit(delivery.run)

        def is_enough(events: int) -> bool:
            return sent > events or sending.done()

        for number in range(1, API_KILLS + 1):
            wait_until(partial(is_enough, number * EVENTS_BETWEEN_KILLS), what="A part of the delivery")
            assert not sending.done(), sending.result()
            api.kill()
            api.start()
        return sending.result(PATIENCE_SECONDS)


def test_the_api_killed_during_ingestion_loses_nothing_receipted_and_duplicates_nothing(
    api: RunningApi, delivered: Delivered
) -> None:
    assert delivered.retry_count > 0
    assert delivered.unexpected == []
    assert delivered.receipts.sent == delivered.truth.counts.sent
    assert distinct_events(api.settings.lake) == delivered.truth.counts.stored


def test_a_run_killed_wherever_it_is_loses_nothing_and_duplicates_nothing(
    api: RunningApi, delivered: Delivered
) -> None:
    lake = api.settings.lake
    for folder in RUN_KILLED_AT:
        kill_a_run(api, lake / folder)
        assert distinct_events(lake) == delivered.truth.counts.stored
    process_landed(api.settings)
    results = ProductResults(workstation_user_ids=delivered.workstation_user_ids)
    read_lake(lake, 0, results)
    assert results.stored_count == delivered.truth.counts.stored
    findings = compare_activities(delivered.truth.people.values(), results)
    assert [finding for finding in findings if finding.deviation] == []


def kill_a_run(api: RunningApi, folder: Path) -> None:
    """Starts a run of the pipelines and kills it once a file stands in the folder."""
    run = subprocess.Popen([sys.executable, "-m", "tests.journeys.whole_pipeline"], cwd=ROOT, env=api.environment)
    try:
        wait_until(lambda: any(folder.rglob("*.parquet")) or run.poll() is not None, what=f"A file in {folder.name}")
        assert run.poll() is None, f"The run ended before a file in {folder.name} was seen."
    finally:
        run.kill()
        run.wait(PATIENCE_SECONDS)


def distinct_events(lake: Path) -> int:
    """In files that are complete, wherever in the pipeline they are."""
    found = [path for folder in ("landing", "raw_events") for path in (lake / folder).rglob("*.parquet")]
    files = [str(path) for path in found if is_finished(path.name)]
    query = "select count(*) from (select distinct session_key, sequence from read_parquet($1))"
    with duckdb.connect(":memory:") as engine:
        return int(engine.execute(query, [files]).fetchall()[0][0])
