"""Who may see which rows, as Superset is told; what a signed-in person then sees is a journey's question."""

from typing import Any

import pytest

from pipelines.dashboards import access
from pipelines.dashboards.bundle.identities import VIEWER_ROLE
from pipelines.dashboards.errors import SupersetError
from tests.pipelines.dashboards.superset_in_memory import SupersetInMemory


def arranged(project_ids: list[int], superset: SupersetInMemory | None = None) -> tuple[Any, dict[str, int]]:
    superset = superset or SupersetInMemory()
    session: Any = superset
    roles = access.ensure_roles(session, project_ids)
    access.ensure_row_rules(session, dataset_ids=[7, 8], roles=roles, project_ids=project_ids)
    return superset, roles


def test_somebody_without_a_project_sees_no_row() -> None:
    superset, roles = arranged([4])
    assert superset.clauses_for({roles[VIEWER_ROLE]}, 7) == {"": {"1 = 0"}}


def test_somebody_without_any_role_sees_no_row() -> None:
    superset, _ = arranged([])
    assert superset.clauses_for(set(), 8) == {"": {"1 = 0"}}


def test_a_role_for_a_project_that_was_never_mined_opens_nothing() -> None:
    superset, _ = arranged([4])
    unmined = superset.post("security/roles/", {"name": "Project 5"})["id"]
    assert superset.clauses_for({unmined}, 7) == {"": {"1 = 0"}}


def test_a_project_role_opens_the_rows_of_its_project() -> None:
    superset, roles = arranged([4, 5])
    assert superset.clauses_for({roles[VIEWER_ROLE], roles["Project 4"]}, 7) == {"project": {"project_id = 4"}}


def test_two_projects_add_up_because_their_rules_share_a_group() -> None:
    superset, roles = arranged([4, 5])
    both = superset.clauses_for({roles["Project 4"], roles["Project 5"]}, 8)
    assert both == {"project": {"project_id = 4", "project_id = 5"}}


def test_an_administrator_sees_everything() -> None:
    superset, roles = arranged([4])
    assert superset.clauses_for({roles["Admin"]}, 7) == {}


def test_the_rule_of_a_project_that_is_gone_goes_too_and_its_people_see_nothing() -> None:
    superset, roles = arranged([4, 5])
    gone = roles["Project 5"]
    arranged([4], superset)
    assert set(superset.rules()) == {access.CLOSED_RULE, "Rows of project 4"}
    assert superset.clauses_for({gone}, 7) == {"": {"1 = 0"}}


def test_arranging_twice_changes_nothing() -> None:
    superset, _ = arranged([4, 5])
    before = superset.rules()
    arranged([4, 5], superset)
    assert superset.rules() == before


def test_viewers_are_granted_no_dataset_and_no_export() -> None:
    names = {permission for permission, _ in access.VIEWER_PERMISSIONS}
    assert not {"datasource_access", "database_access", "schema_access", "all_datasource_access"} & names
    assert not {"can_csv", "can_export", "can_sql_json", "can_explore"} & names


def test_dashboards_open_to_administrators_and_project_roles_only() -> None:
    superset, roles = arranged([4])
    access.open_dashboard(superset, 1, roles=roles, project_ids=[4])
    assert superset.objects["dashboard/"][1]["roles"] == sorted([roles["Admin"], roles["Project 4"]])


def test_a_superset_that_was_never_initialised_is_named_with_the_remedy() -> None:
    superset = SupersetInMemory()
    superset.objects["security/permissions-resources/"].clear()
    session: Any = superset
    with pytest.raises(SupersetError, match=r"run superset/bootstrap.py"):
        access.ensure_roles(session, [])
