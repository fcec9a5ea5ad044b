"""Exports: announced by who may see the project, and on the record before anything leaves."""

from typing import Any

import pytest

from tests.governance_api.world import Headers, World, sentence

ANNOUNCEMENT = {"tables": ["overall_activity_days", "overall_activity_kinds"], "file_format": "csv"}


def announce(world: World, project_id: int, by: Headers | None, **changes: Any) -> Any:
    path = f"/projects/{project_id}/exports"
    return world.client.post(path, json={**ANNOUNCEMENT, **changes}, headers=by or {})


def entries(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.done(
        world.client.get("/audit-entries?tag=project:exported", headers=world.signed_in("greta", "guardian"))
    )
    return found


def test_nobody_exports_unnamed_and_a_reader_of_dashboards_does_not_either(world: World) -> None:
    project_id = world.project("Not shared")["project_id"]
    sentence(announce(world, project_id, None), 401)
    share = {"login": "stella", "permission": "view"}
    stella = world.signed_in("stella", "stakeholder")
    world.done(world.client.post(f"/projects/{project_id}/shares", json=share, headers=world.analyst()))
    for headers in (stella, world.tokens["pipelines"], world.manager()):
        assert "needs the role analyst" in sentence(announce(world, project_id, headers), 403)
    assert entries(world) == []


def test_an_announced_export_is_on_the_record_with_who_and_what(world: World) -> None:
    project = world.project("Taken out")
    world.clock.pass_by(minutes=1)
    export = world.done(announce(world, project["project_id"], world.analyst()))
    (entry,) = entries(world)
    assert (entry["noun_id"], entry["facts"]) == (str(project["project_id"]), ANNOUNCEMENT)
    assert entry["account_id"] == export["announced_by"] == project["created_by"]
    assert entry["occurred_at"] == export["announced_at"]
    listed = world.done(world.client.get("/projects", headers=world.analyst()))
    assert {each["name"]: each["last_opened_at"] for each in listed}["Taken out"] == export["announced_at"]


def test_a_project_that_is_not_shared_is_not_exported_and_one_shared_for_viewing_is(world: World) -> None:
    project_id = world.project("Shared to export")["project_id"]
    eve, before = world.analyst("eve"), len(entries(world))
    assert "share it with you" in sentence(announce(world, project_id, eve), 404)
    assert len(entries(world)) == before
    share = {"login": "eve", "permission": "view"}
    world.done(world.client.post(f"/projects/{project_id}/shares", json=share, headers=world.analyst()))
    world.done(announce(world, project_id, eve, file_format="parquet"))
    assert len(entries(world)) == before + 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tables": []}, "tables"),
        ({"tables": ["pg_authid; drop"]}, "tables"),
        ({"file_format": "xlsx"}, "file_format"),
    ],
)
def test_an_announcement_that_says_nothing_is_refused(world: World, change: dict[str, Any], words: str) -> None:
    project_id = world.project(f"Unclear {change}")["project_id"]
    before = len(entries(world))
    assert words in sentence(announce(world, project_id, world.analyst(), **change), 422)
    assert len(entries(world)) == before
