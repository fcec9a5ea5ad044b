"""Receipts and landings are kept as long as a batch may be sent again, and as long as a file waits."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from domain.landing_files import LANDING_FOLDER
from governance_api.ingestion import upkeep
from governance_api.ingestion.deliveries import SENT_WITHIN
from tests.governance_api.ingestion.builders import NOW, Agent, Database, Service, events, wait_until

MINUTE = timedelta(minutes=1)


def _age(database: Database, batch_key: str, age: timedelta) -> None:
    at = NOW - age
    database.execute("update governance.batch_receipts set received_at = %s where batch_key = %s", at, batch_key)
    database.execute(
        "update governance.landings set landed_at = %s where landing_id ="
        " (select landing_id from governance.batch_receipts where batch_key = %s)",
        at,
        batch_key,
    )


def _absorb(service: Service, database: Database, batch_key: str) -> None:
    name = database.value(
        "select file_name from governance.landings join governance.batch_receipts using (landing_id)"
        " where batch_key = %s",
        batch_key,
    )
    (service.lake / LANDING_FOLDER / name).unlink()


def _receipted(database: Database) -> set[str]:
    return {key for (key,) in database.rows("select batch_key from governance.batch_receipts")}


@pytest.fixture(params=[1, 2, 5_000], autouse=True)
def rows_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "ROWS_AT_ONCE", request.param)


def test_what_is_old_goes_and_what_can_be_asked_for_stays(
    service: Service, agent: Agent, database: Database, engine: Engine
) -> None:
    database.execute("delete from governance.batch_receipts")
    database.execute("delete from governance.landings")
    for number, batch_key in enumerate(("old", "older", "waiting", "young")):
        service.send(agent, events(2, first=10 * number), batch_key)
    for batch_key in ("old", "older", "young"):
        _absorb(service, database, batch_key)
    ages = {"old": SENT_WITHIN + MINUTE, "older": 2 * SENT_WITHIN, "waiting": SENT_WITHIN + MINUTE}
    for batch_key, age in (ages | {"young": SENT_WITHIN - MINUTE}).items():
        _age(database, batch_key, age)
    assert upkeep.remove_old(engine, service.lake, now=NOW) == (3, 2)
    assert upkeep.remove_old(engine, service.lake, now=NOW) == (0, 0)
    assert _receipted(database) == {"young"}
    assert database.value("select count(*) from governance.landings") == 2
    assert json.loads(service.send(agent, events(2, first=30), "young").content)["duplicate"] == 2
    assert json.loads(service.send(agent, events(2), "old").content)["accepted"] == 2


def test_it_goes_on_where_the_lake_cannot_be_read(
    database: Database,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    database.execute(
        "insert into governance.landings (file_name, event_count, first_occurred_at, last_occurred_at, landed_at)"
        " values ('a file', 1, %s, %s, %s)",
        *[NOW - 2 * SENT_WITHIN] * 3,
    )
    monkeypatch.setattr(upkeep, "EVERY_SECONDS", 0.01)
    keeping = upkeep.Upkeep(engine, Path("/", "longer than any name may be " * 20), clock=lambda: NOW)
    keeping.start()
    try:
        wait_until(lambda: caplog.text.count("could not be removed") >= 2, seconds=20)
    finally:
        keeping.stop()
    database.execute("delete from governance.landings where file_name = 'a file'")
