"""Random requests of everybody to every operation: no answer of 500 and above, none of another form than declared.

One round of about a thousand, the same ones in every run; `python -m benchmarks.fuzzing` sends 100,000.
"""

from fastapi import FastAPI
from sqlalchemy import Engine

from benchmarks.fuzzing.callers import Callers
from benchmarks.fuzzing.campaign import Campaign
from benchmarks.ingestion.service_under_load import register

PEOPLE = 20
SEED = 20_261_127


def test_every_answer_is_one_that_is_declared(app: FastAPI, address: str, engine: Engine, database_url: str) -> None:
    register(database_url, PEOPLE)
    campaign = Campaign(address, Callers(engine, people=PEOPLE), seed=SEED, in_a_row=1)
    findings = campaign.run(1)
    assert findings.is_clean, "\n".join([*findings.lines(), findings.summary])
    paths = app.openapi()["paths"].items()
    documented = {f"{method.upper()} {path}" for path, methods in paths for method in methods}
    assert findings.requests.keys() == documented
    assert {200, 201, 204, 401, 403, 404, 422} <= findings.statuses.keys()
