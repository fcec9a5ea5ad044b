"""The job that mines a project: what it publishes, what it tells, and what it shows in Dagster."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from pipelines import mining_run
from pipelines.mining.lake.files import Lake, sole_writer
from pipelines.resources.mining_claims import MiningClaims
from tests.fixtures import golden_day as golden
from tests.pipelines.golden_runs import GoldenRuns, Result
from tests.pipelines.governed import PROJECT_ID
from tests.pipelines.jobs.conftest import Mined

TITLES = {
    event.context.window_title
    for delivery in golden.DELIVERIES
    for event in delivery.events
    if event.context.window_title
}
"""What nobody may read in Dagster."""


@pytest.mark.usefixtures("mined")
def test_a_project_that_shows_groups_publishes_nobody_by_alias(runs: GoldenRuns) -> None:
    assert runs.governed.execute("select visibility from governance.projects") == [("group",)]
    query = "select distinct alias from marts.overall_activity_days"
    assert runs.governed.execute(query) == [("(group) 1",)]


def test_a_mining_job_publishes_and_says_so(runs: GoldenRuns, mined: Mined) -> None:
    kinds = {row[4]: row[5] for row in runs.marts()["overall_activity_kinds"]}
    assert kinds == golden.SECONDS_BY_KIND
    assert [what for what, _ in mined.told] == ["start", "finish"]
    facts = mined.told[-1][1]
    assert facts["missing"] == ["nora"]
    assert facts["row_counts"]["task_instances"] == 1


def test_each_node_shows_counts_and_no_contents(mined: Mined) -> None:
    shown = {
        event.asset_key.path[-1]: event.materialization.metadata
        for event in mined.result.get_asset_materialization_events()
        if event.asset_key
    }
    kinds = shown["overall_activity_kinds"]
    assert kinds["dagster/row_count"].value == len(golden.SECONDS_BY_KIND)
    assert float(str(kinds["size_bytes"].value)) > 0
    assert float(str(kinds["seconds"].value)) > 0
    assert f"{golden.DAY} █" in str(shown["marts"]["rows_per_day"].value)
    everything = repr(shown)
    assert not {golden.LOGIN, golden.DISPLAY_NAME, "nora"} & set(re.findall(r"\w+", everything))
    assert golden.DISPLAY_NAME not in everything
    assert not [context for context in TITLES if context in everything]


@pytest.mark.usefixtures("mined")
def test_nobody_is_named_in_the_marts(runs: GoldenRuns) -> None:
    everything = repr(runs.marts())
    assert golden.LOGIN not in everything
    assert golden.DISPLAY_NAME not in everything


@pytest.mark.usefixtures("mined")
def test_the_same_project_again_changes_no_row_and_no_file(runs: GoldenRuns) -> None:
    rows, stored = runs.marts(), runs.files()
    runs.mine()
    assert (runs.marts(), runs.files()) == (rows, stored)


@pytest.mark.usefixtures("mined")
def test_a_condition_of_the_task_scope_decides_which_records_count(runs: GoldenRuns) -> None:
    """The record's priority changed from 4 to 2 while the task ran."""
    set_condition = "update governance.task_scopes set condition = cast(:condition as jsonb)"
    in_task_seconds = {}
    try:
        for priority in ("4", "2"):
            condition = {"field": "Priority", "operator": "is", "value": priority}
            runs.governed.execute(set_condition, condition=json.dumps(condition))
            runs.mine()
            tables = runs.marts()
            assert len(tables["task_activity_instances"]) == (priority == "2")
            in_task_seconds[priority] = sum(row[-2] for row in tables["task_activity_in_out"])
    finally:
        runs.governed.execute(set_condition, condition=None)
        runs.mine()
    assert in_task_seconds == {"4": 0, "2": golden.TASK_SECONDS}


@pytest.mark.usefixtures("mined")
def test_a_failing_job_ends_with_one_sentence(runs: GoldenRuns) -> None:
    rows = runs.marts()
    with runs.without_audit_trail():
        assert not runs.mine(raise_on_error=False).success
    what, facts = runs.governed.api.told[-1]
    assert what == "fail"
    assert facts["error"].startswith("The audit trail incidents.csv is not in")
    assert facts["error"].endswith("put the file there, then mine the project again.")
    assert runs.marts() == rows


@pytest.mark.usefixtures("mined")
def test_a_mining_job_waits_until_another_of_its_project_has_been_published(runs: GoldenRuns) -> None:
    before = len(runs.governed.api.told)
    results: list[Result] = []
    other = MiningClaims(runs.governed.settings.database_url)
    other.take(PROJECT_ID, say=lambda _: None)
    thread = Thread(target=lambda: results.append(runs.mine()))
    thread.start()
    while not runs.governed.execute("select 1 from pg_locks where locktype = 'advisory' and not granted"):
        assert thread.is_alive()
    assert len(runs.governed.api.told) == before
    other.close()
    thread.join()
    assert [result.success for result in results] == [True]
    assert [what for what, _ in runs.told_from(before)] == ["start", "finish"]


@pytest.mark.usefixtures("mined")
def test_a_run_that_lost_its_claim_publishes_nothing(runs: GoldenRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_claim(_: int, progress: str) -> None:
        if progress == "publishing":
            runs.governed.execute(
                "select pg_terminate_backend(pid) from pg_locks join pg_database on database = pg_database.oid"
                " where locktype = 'advisory' and datname = current_database()"
            )

    rows = runs.marts()
    runs.governed.execute("delete from marts.overall_activity_kinds")
    with monkeypatch.context() as patched:
        patched.setattr(runs.governed.api, "report_progress", lose_claim)
        assert not runs.mine(raise_on_error=False).success
    what, facts = runs.governed.api.told[-1]
    assert what == "fail"
    assert "lost its claim to mine project 3 alone" in facts["error"]
    assert runs.marts()["overall_activity_kinds"] == []
    runs.mine()
    assert runs.marts() == rows


@pytest.mark.usefixtures("mined")
def test_a_project_that_is_deleted_while_its_run_waits_for_the_lake_is_not_published(
    runs: GoldenRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    @contextmanager
    def deleted_meanwhile(lake: Lake) -> Iterator[None]:
        with sole_writer(lake):
            if "publishing" in said:
                runs.governed.execute("update governance.projects set stage = 'deleted', deleted_at = now()")
            yield

    rows = runs.marts()
    runs.governed.execute("delete from marts.overall_activity_kinds")
    with monkeypatch.context() as patched:
        patched.setattr(runs.governed.api, "report_progress", lambda _, progress: said.append(progress))
        patched.setattr(mining_run, "sole_writer", deleted_meanwhile)
        assert not runs.mine(raise_on_error=False).success
    what, facts = runs.governed.api.told[-1]
    assert what == "fail"
    assert "Project 3 does not exist, or was deleted" in facts["error"]
    assert runs.marts()["overall_activity_kinds"] == []
    runs.governed.execute("update governance.projects set stage = 'collecting', deleted_at = null")
    runs.mine()
    assert runs.marts() == rows
