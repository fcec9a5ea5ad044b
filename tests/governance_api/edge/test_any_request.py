"""Random requests of everybody to every operation: no answer of 500 and above, none of another form than declared.

Two thousand, the same ones in every run; `python -m benchmarks.fuzzing` sends 100,000. The pages have
no declared form: there, every answer is a page or leads to one.
"""

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from benchmarks.fuzzing.callers import Callers
from benchmarks.fuzzing.campaign import Campaign
from benchmarks.fuzzing.pages import PageVisits, page_routes
from benchmarks.ingestion.service_under_load import register

PEOPLE = 20
SEED = 20_261_127
REQUESTS = 2_000


@pytest.fixture(scope="module")
def callers(app: FastAPI, engine: Engine, database_url: str) -> Callers:
    register(database_url, PEOPLE)
    return Callers(engine, people=PEOPLE)


def test_every_answer_is_one_that_is_declared(app: FastAPI, address: str, callers: Callers) -> None:
    campaign = Campaign(address, callers, seed=SEED, in_a_row=1)
    findings = campaign.run(REQUESTS)
    assert findings.is_clean, "\n".join([*findings.lines(), findings.summary])
    assert findings.requests.total() >= REQUESTS
    paths = app.openapi()["paths"].items()
    documented = {f"{method.upper()} {path}" for path, methods in paths for method in methods}
    assert findings.requests.keys() == documented
    assert {200, 201, 204, 401, 403, 404, 422} <= findings.statuses.keys()


def test_every_form_and_every_page_is_answered_by_a_page(address: str, callers: Callers, engine: Engine) -> None:
    waiting = (
        "update governance.approvals set decision = 'pending', decision_seq = null, decided_at = null"
        " where approval_id % 2 = 0"
    )
    with engine.begin() as connection:
        connection.execute(text(waiting))
    findings = PageVisits(address, callers, seed=SEED).run(1)
    assert findings.is_clean, "\n".join([*findings.lines(), findings.summary])
    assert findings.requests.keys() == {route.label for route in page_routes()}
    assert {200, 303, 401, 403, 404, 422} <= findings.statuses.keys()
    with engine.connect() as connection:
        decided = text("select count(*) from governance.approvals where decided_by is not null")
        assert connection.execute(decided).scalar(), "no form did what it is for"


def test_the_routes_of_the_pages_are_found_with_their_fields(address: str) -> None:
    found = {route.label: route for route in page_routes()}
    assert len(found) >= 15
    assert found["POST /pages/login"].fields == ("form_secret", "login", "password")
    assert found["POST /pages/approvals/{approval_id}/reject"].fields == ("form_secret", "reason")
    assert found["POST /pages/approvals/{approval_id}/reject"].parameters == ("approval_id",)
    assert found["GET /pages/login"].query == ("return_to",)
