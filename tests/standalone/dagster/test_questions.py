"""What Dagster is asked, as whom, and what is made of answers that tell nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response

from standalone.dagster.questions import DagsterSilentError
from standalone.dagster.runs import DagsterRun, runs_of
from standalone.ports import free_port
from standalone.processes.health import is_healthy
from standalone.processes.supervised import SupervisedProcess
from standalone.settings import Settings, settings_from_environment
from tests.governance_api.serving import serving

RUN = {"runId": "a", "status": "STARTED", "startTime": None}
DAEMONS = [{"required": True, "healthy": True}, {"required": False, "healthy": False}]
DAEMON = SupervisedProcess(name="dagster_daemon", title="Dagster daemon", command=("true",), port=None)
USELESS = ["no JSON", "{}", '{"data": null}', '{"errors": []}', '{"data": {"runsOrError": {"message": "no"}}}', "[]"]


class Dagster:
    """Answers with `said`, and remembers what it was asked."""

    said: Any = None
    status = 200

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.app = FastAPI()

        @self.app.post("/graphql")
        async def answer(request: Request) -> Response:
            body = await request.json()
            self.asked.append((request.headers["Authorization"], body["variables"]))
            return Response(self.said, self.status, media_type="application/json")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home: Path = tmp_path_factory.mktemp("home")
    settings = settings_from_environment({"TASK_MINING_HOME": str(home)})
    return replace(settings, ports=replace(settings.ports, dagster=free_port()))


@pytest.fixture(scope="module")
def dagster(settings: Settings) -> Iterator[Dagster]:
    dagster = Dagster()
    with serving(dagster.app, port=settings.ports.dagster):
        yield dagster


def as_json(data: dict[str, Any]) -> str:
    return json.dumps({"data": data})


def test_runs_are_asked_for_by_their_job_as_the_account_that_reads(settings: Settings, dagster: Dagster) -> None:
    dagster.said, dagster.status = as_json({"runsOrError": {"results": [RUN]}}), 200
    assert runs_of(settings, "mine_project") == [DagsterRun("a", "STARTED", 0.0)]
    assert dagster.asked[-1] == (f"Bearer {settings.passwords.dagster_token}", {"job": "mine_project"})


@pytest.mark.parametrize(("daemons", "is_well"), [(DAEMONS, True), ([{"required": True, "healthy": False}], False)])
def test_the_daemon_is_as_well_as_those_it_needs(
    settings: Settings, dagster: Dagster, daemons: list[Any], is_well: bool
) -> None:
    dagster.said, dagster.status = as_json({"instance": {"daemonHealth": {"allDaemonStatuses": daemons}}}), 200
    assert is_healthy(DAEMON, settings) is is_well


@pytest.mark.parametrize(("said", "status"), [(said, 200) for said in USELESS] + [("{}", 500), ("{}", 401)])
def test_an_answer_that_tells_nothing_is_a_sentence_and_not_well(
    settings: Settings, dagster: Dagster, said: str, status: int
) -> None:
    dagster.said, dagster.status = said, status
    with pytest.raises(DagsterSilentError, match=r"does not tell what it was asked .*run `task-mining status`"):
        runs_of(settings, "mine_project")
    assert not is_healthy(DAEMON, settings)


def test_where_nobody_answers_it_is_a_sentence_and_not_well(settings: Settings) -> None:
    alone = replace(settings, ports=replace(settings.ports, dagster=free_port()))
    with pytest.raises(DagsterSilentError):
        runs_of(alone, "mine_project")
    assert not is_healthy(DAEMON, alone)
