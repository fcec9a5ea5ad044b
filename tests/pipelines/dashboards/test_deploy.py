"""A deployment leaves exactly what the files say, and nothing open on the way."""

from contextlib import nullcontext

import pytest

from pipelines.dashboards import deploy
from pipelines.dashboards.bundle.files import read_bundle_files
from pipelines.dashboards.deploy import Deployment, deploy_dashboards
from pipelines.dashboards.mart_contents import MartContents
from tests.pipelines.dashboards.superset_in_memory import SupersetInMemory

CONTENTS = MartContents(
    projects={4: "2026-03-02", 5: "2026-03-02"},
    applications={"Office": ("Excel",)},
    tasks=(),
    projects_with_rows={"overall_activity_applications": (4, 5), "task_activity_instances": (4,)},
)
ADDRESS = "postgresql://dashboards_reader:p%40ss@127.0.0.1:5432/task_mining"


@pytest.fixture
def superset(monkeypatch: pytest.MonkeyPatch) -> SupersetInMemory:
    memory = SupersetInMemory()
    monkeypatch.setattr(deploy, "SupersetSession", lambda **_: memory)
    monkeypatch.setattr(deploy, "sole_deployment", nullcontext)
    monkeypatch.setattr(deploy, "read_mart_contents", lambda _, tables: CONTENTS)
    return memory


def deployed() -> Deployment:
    return deploy_dashboards(superset_url="http://127.0.0.1", password="", database_url=ADDRESS)


def roles_of(superset: SupersetInMemory, title: str) -> set[str]:
    names = {role["id"]: role["name"] for role in superset.list_all("security/roles/")}
    [dashboard] = [each for each in superset.list_all("dashboard/") if each["dashboard_title"] == title]
    return {names[role_id] for role_id in dashboard["roles"]}


def test_a_second_deployment_finds_nothing_to_do(superset: SupersetInMemory) -> None:
    files = read_bundle_files()
    named = {"datasets": len(files.datasets), "charts": len(files.charts), "dashboards": len(files.dashboards)}
    assert deployed() == deployed() == Deployment(**named, projects=2, pruned=0)
    assert superset.passwords == [deploy.NO_PASSWORD] * 2


def test_every_dataset_is_under_the_closing_rule(superset: SupersetInMemory) -> None:
    deployed()
    datasets = {each["id"] for each in superset.list_all("dataset/")}
    assert all(set(rule["tables"]) == datasets for rule in superset.rules().values())


def test_a_dashboard_opens_to_the_projects_that_have_something_to_show(superset: SupersetInMemory) -> None:
    deployed()
    assert roles_of(superset, "Overall activity") == {"Admin", "Project 4", "Project 5"}
    assert roles_of(superset, "Task activity") == {"Admin", "Project 4"}


def test_what_an_earlier_bundle_brought_goes_and_what_people_made_stays(superset: SupersetInMemory) -> None:
    superset.post("chart/", {"uuid": "old", "is_managed_externally": True})
    superset.post("chart/", {"uuid": "by hand", "is_managed_externally": False})
    assert deployed().pruned == 1
    assert {"old", "by hand"} & {each["uuid"] for each in superset.list_all("chart/")} == {"by hand"}


def test_dashboards_are_shut_while_a_dataset_arrives_that_no_rule_closes_yet(superset: SupersetInMemory) -> None:
    deployed()
    dataset_id = superset.list_all("dataset/")[0]["id"]
    superset.delete(f"dataset/{dataset_id}")
    deployed()
    deployed()
    [_, arriving, settled] = superset.open_to_while_importing
    assert arriving == [[1], [1]]
    assert all(roles != [1] for roles in settled)
