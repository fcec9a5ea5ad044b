"""A small workforce goes through the whole product, from its agents' requests to the marts, and equals its truth."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from simulator.parameters import Parameters, Rates, last_working_day
from simulator.sending.agents import Delivered, WorkforceDelivery
from simulator.truth.audit_trail import write_audit_trail
from simulator.truth.verification import verify
from standalone.demo.people import ANALYST, signed_in
from standalone.demo.requests import add_task_scopes
from tests.journeys.running_api import RunningApi, prepare_workforce
from tests.journeys.whole_pipeline import mine_and_publish, process_landed

pytestmark = pytest.mark.journey

PARAMETERS = Parameters(
    last_on=last_working_day(),
    people_per_team=1,
    working_days=2,
    events_per_batch=200,
    rates=Rates(events_per_person_day=1_500, clock_ahead_share=1.0, resent_batch_share=0.2, repeating_batch_share=0.2),
)


@dataclass(frozen=True, kw_only=True)
class Travelled:
    """A workforce after everything it sent was mined."""

    api: RunningApi
    project_id: int
    delivered: Delivered


@pytest.fixture(scope="module")
def travelled(api: RunningApi) -> Travelled:
    project_id, key = prepare_workforce(api.settings, PARAMETERS)
    delivery = WorkforceDelivery(PARAMETERS, api_url=api.settings.api_url, registration_key=key, connections=3)
    delivered = delivery.run()
    write_audit_trail(api.settings.audit_trails, delivered.truth)
    add_task_scopes(api.settings, project_id)
    process_landed(api.settings)
    with signed_in(api.settings, ANALYST) as analyst:
        analyst.post(f"/projects/{project_id}/mining-jobs")
    mine_and_publish(api.settings, project_id)
    return Travelled(api=api, project_id=project_id, delivered=delivered)


def test_every_receipt_said_what_the_truth_expects(travelled: Travelled) -> None:
    assert travelled.delivered.unexpected == []
    assert set(travelled.delivered.receipts.refused) == {"clock_ahead", "outside_collection_window"}


def test_every_figure_equals_the_truth(travelled: Travelled) -> None:
    settings = travelled.api.settings
    findings = verify(
        travelled.delivered.truth,
        lake=settings.lake,
        database_url=settings.database_url,
        project_id=travelled.project_id,
        receipts=travelled.delivered.receipts,
    )
    assert [finding for finding in findings if not finding.is_explained] == []
    assert len(findings) > 50


def test_running_everything_again_changes_no_row(travelled: Travelled) -> None:
    settings = travelled.api.settings
    before = digests(settings.lake), marts(settings.database_url)
    assert process_landed(settings).built.days == ()
    mine_and_publish(settings, travelled.project_id)
    assert (digests(settings.lake), marts(settings.database_url)) == before


def digests(lake: Path) -> dict[str, str]:
    """Of every file that holds events or activities."""
    return {
        str(path.relative_to(lake)): hashlib.blake2b(path.read_bytes()).hexdigest()
        for folder in ("raw_events", "event_pool", "activities", "task_instances", "datamart")
        for path in sorted((lake / folder).rglob("*.parquet"))
    }


def marts(database_url: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every mart, in an order that no run decides."""
    with psycopg.connect(database_url) as connection:
        names = connection.execute("select table_name from information_schema.tables where table_schema = 'marts'")
        return {
            name: sorted(connection.execute(sql.SQL("select * from marts.{}").format(sql.Identifier(name))), key=repr)
            for (name,) in names.fetchall()
        }
