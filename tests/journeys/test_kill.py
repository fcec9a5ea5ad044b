"""kill -9 in the middle: what was receipted is there in the end, once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from simulator.delivery import WorkforceDelivery
from simulator.parameters import Parameters, Rates, last_working_day
from tests.journeys.running_api import PATIENCE_SECONDS, RunningApi, prepare_workforce, wait_until

pytestmark = pytest.mark.journey

PARAMETERS = Parameters(
    last_on=last_working_day(),
    people_per_team=1,
    working_days=4,
    events_per_batch=100,
    rates=Rates(visit_seconds=120, events_per_person_day=3_000, resent_batch_share=0.1, repeating_batch_share=0.1),
)
KILLS = 2


def test_the_api_killed_during_ingestion_loses_nothing_receipted_and_duplicates_nothing(api: RunningApi) -> None:
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
        for number in range(1, KILLS + 1):
            wait_until(lambda number=number: sent > number * 10_000 or sending.done(), what="A part of the delivery")
            assert not sending.done(), sending.result()
            api.kill()
            api.start()
        delivered = sending.result(PATIENCE_SECONDS)
    assert delivered.retry_count > 0
    assert delivered.unexpected == []
    assert delivered.receipts.sent == delivered.truth.counts.sent
    assert stored_count(api.settings.lake) == delivered.truth.counts.stored


def stored_count(lake: Path) -> int:
    """Distinct events in files that are complete, wherever on the road they are."""
    files = [str(path) for folder in ("landing", "raw_events") for path in (lake / folder).rglob("*.parquet")]
    query = "select count(*) from (select distinct session_key, sequence from read_parquet($1))"
    with duckdb.connect(":memory:") as engine:
        return int(engine.execute(query, [files]).fetchall()[0][0])
