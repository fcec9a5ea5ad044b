"""A change of somebody's time zone: a correction before anything was collected, later a move from a day to come."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from domain.dates.days import local_day
from domain.event_batches import to_microseconds
from pipelines.resources.governance import GovernanceReader
from tests.governance_api.world import World


def moved(world: World, person_id: int, time_zone: str) -> None:
    path = f"/workstation-users/{person_id}"
    assert (
        world.done(world.client.patch(path, json={"time_zone": time_zone}, headers=world.admin))["time_zone"]
        == time_zone
    )


def former_zones(world: World, person_id: int) -> list[tuple[str, datetime]]:
    statement = """
        select time_zone, ended_at from governance.former_time_zones where workstation_user_id = :id order by ended_at
    """
    with world.engine.connect() as connection:
        rows = connection.execute(text(statement), {"id": person_id})
        return [(row.time_zone, row.ended_at.astimezone(UTC)) for row in rows]


def zone_read_by_the_pipelines(world: World, person_id: int) -> str:
    url = world.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return GovernanceReader(url).collection_facts(()).time_zones[person_id]


def test_before_anything_is_collected_a_change_corrects_a_mistake(world: World) -> None:
    person_id = world.person("wanda", time_zone="Europe/Berlin")
    moved(world, person_id, "Asia/Tokyo")
    assert former_zones(world, person_id) == []
    assert zone_read_by_the_pipelines(world, person_id) == "Asia/Tokyo"


def test_afterwards_it_takes_effect_with_the_next_local_day_and_the_days_before_stay(world: World) -> None:
    person_id = world.person("wilma", time_zone="Europe/Berlin")
    world.approved("wilma")
    now_us = to_microseconds(world.clock())
    today = local_day(now_us, "Europe/Berlin")
    moved(world, person_id, "America/New_York")
    assert former_zones(world, person_id) == [("Europe/Berlin", datetime(2025, 11, 3, 23, tzinfo=UTC))]
    time_zone = zone_read_by_the_pipelines(world, person_id)
    assert time_zone.startswith("Europe/Berlin until ")
    assert local_day(now_us, time_zone) == today


def test_a_change_that_waits_is_replaced_and_one_in_force_is_kept(world: World) -> None:
    person_id = world.person("walter", time_zone="Europe/Berlin")
    world.approved("walter")
    moved(world, person_id, "America/New_York")
    moved(world, person_id, "Asia/Tokyo")
    assert [name for name, _ in former_zones(world, person_id)] == ["Europe/Berlin"]
    with world.engine.begin() as connection:  # as if it had been days ago
        shift = "update governance.former_time_zones set ended_at = :at where workstation_user_id = :id"
        connection.execute(text(shift), {"at": world.clock() - timedelta(days=2), "id": person_id})
    moved(world, person_id, "Europe/Berlin")
    assert [name for name, _ in former_zones(world, person_id)] == ["Europe/Berlin", "Asia/Tokyo"]


def test_a_change_of_something_else_is_no_change_of_zone(world: World) -> None:
    person_id = world.person("winnie")
    world.approved("winnie")
    path = f"/workstation-users/{person_id}"
    world.done(world.client.patch(path, json={"team": "Desk", "time_zone": "Europe/Berlin"}, headers=world.admin))
    assert former_zones(world, person_id) == []


def test_a_file_changes_a_zone_by_the_same_rule(world: World) -> None:
    person_id = world.person("waldo", time_zone="Europe/Berlin")
    world.approved("waldo")
    content = "login,display_name,time_zone,team,manager_login\nwaldo,Waldo,Asia/Tokyo,,mia\n"
    headers = {**world.admin, "Content-Type": "text/csv"}
    world.done(world.client.post("/workstation-users/import", content=content.encode(), headers=headers))
    assert [name for name, _ in former_zones(world, person_id)] == ["Europe/Berlin"]
