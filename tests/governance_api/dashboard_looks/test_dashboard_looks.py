"""Looks in Superset's log become audit entries, each row once, whoever is down meanwhile."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from tests.governance_api.edge.test_lists import counted_statements
from tests.governance_api.world import World, sentence
from tests.superset.loading import loaded

loaded("looks")
carrier = loaded("look_carrier")

TABLES = """
create schema superset;
create table superset.logs (
    id serial primary key, action text, user_id integer, dashboard_id integer, slice_id integer, json text,
    dttm timestamp
);
create table superset.dashboards (id integer, dashboard_title text, slug text);
create table superset.slices (id integer, slice_name text);
create table superset.tables (id integer, table_name text);
insert into superset.dashboards values (2, 'Overall activity', 'overall');
insert into superset.slices values (7, 'Hours by day');
insert into superset.tables values (4, 'hours');
"""
LOOK = {"login": "stella", "is_download": False, "what": "chart", "dashboard": "Overall activity", "count": 1}
LOOK |= {"charts": [], "datasets": [], "first_at": "2025-11-03T09:00:00Z", "last_at": "2025-11-03T09:00:00Z"}


@pytest.fixture
def logs(world: World, engine: Engine) -> Iterator[Engine]:
    """Superset's tables as far as they are read, in a schema of the same database; carried up to nothing."""
    world.signed_in("stella", "stakeholder")
    with engine.begin() as connection:
        connection.exec_driver_sql("drop schema if exists superset cascade")
        connection.exec_driver_sql(TABLES)
        connection.exec_driver_sql("update governance.carried_logs set up_to = 0")
    seen = create_engine(engine.url, connect_args={"options": "-c search_path=superset -c timezone=UTC"})
    yield seen
    seen.dispose()


def log(logs: Engine, *logins: str, action: str = "task_mining:looked_at", age: str = "0 days") -> None:
    insert = text(
        "insert into logs (action, slice_id, json, dttm) "
        "values (:action, 7, :facts, now() at time zone 'utc' - cast(:age as interval))"
    )
    with logs.begin() as connection:
        for login in logins:
            facts = {"login": login, "what": "chart", "dashboard": "overall", "dataset_id": 4}
            connection.execute(insert, {"action": action, "facts": json.dumps(facts), "age": age})


def carry(world: World, logs: Engine) -> bool:
    token = world.tokens["superset"]["Authorization"].removeprefix("Bearer ")
    is_more: bool = carrier.carry(logs, str(world.client.base_url), token, is_pruning=True)
    return is_more


def entries(world: World, tag: str = "dashboard:looked_at") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.done(
        world.client.get(f"/audit-entries?tag={tag}&limit=1000", headers=world.admin)
    )
    return found


def test_who_looked_at_what_is_in_the_audit_log(world: World, logs: Engine) -> None:
    before = len(entries(world))
    log(logs, "stella", "stella", "admin")
    log(logs, "stella", action="ChartRestApi.get_list")
    log(logs, "admin", action="task_mining:downloaded")
    assert not carry(world, logs)
    looked, by_admin = entries(world)[before:]
    me = world.done(world.client.get("/accounts/me", headers=world.tokens["stella"]))
    assert (looked["account_id"], looked["noun_id"]) == (me["account_id"], "Overall activity")
    assert {name: looked["facts"][name] for name in ("login", "what", "count", "charts", "datasets")} == {
        "login": "stella",
        "what": "chart",
        "count": 2,
        "charts": ["Hours by day"],
        "datasets": ["hours"],
    }
    assert by_admin["facts"]["login"] == "admin"
    assert [each["facts"]["login"] for each in entries(world, "dashboard:downloaded")] == ["admin"]
    assert not carry(world, logs)
    assert len(entries(world)) == before + 2


def test_every_row_is_told_once_whoever_dies_in_between(
    world: World, logs: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sum(each["facts"]["count"] for each in entries(world))
    monkeypatch.setattr(carrier, "ROWS_AT_ONCE", 4)
    log(logs, *["stella"] * 10)
    ask = carrier._governance

    def dies_after_the_answer(method: str, *arguments: Any, **body: Any) -> Any:
        answer = ask(method, *arguments, **body)
        if method == "POST":
            raise carrier.NotTakenError("killed before it knew")
        return answer

    monkeypatch.setattr(carrier, "_governance", dies_after_the_answer)
    with pytest.raises(carrier.NotTakenError):
        carry(world, logs)
    monkeypatch.setattr(carrier, "_governance", ask)
    while carry(world, logs):
        log(logs, "stella")
    carry(world, logs)
    with logs.connect() as connection:
        rows = connection.execute(text("select count(*) from logs")).scalar()
    assert sum(each["facts"]["count"] for each in entries(world)) - before == rows


def test_a_row_that_is_still_being_written_is_waited_for(world: World, logs: Engine) -> None:
    """It has a lower number than one that is there already."""
    before = len(entries(world))
    facts = {"facts": json.dumps({"login": "stella", "what": "table", "dashboard": ""})}
    carrying = threading.Thread(target=carry, args=(world, logs))
    with logs.begin() as writing:
        writing.execute(text("select pg_advisory_xact_lock_shared(hashtextextended('task mining looks', 0))"))
        writing.execute(
            text("insert into logs (action, json, dttm) values ('task_mining:looked_at', :facts, now())"), facts
        )
        log(logs, "admin")
        carrying.start()
        carrying.join(0.3)
        assert carrying.is_alive()
    carrying.join()
    assert [each["facts"]["login"] for each in entries(world)[before:]] == ["stella", "admin"]


def test_a_log_that_begins_anew_is_told_and_read_from_its_beginning(world: World, logs: Engine) -> None:
    log(logs, *["stella"] * 5)
    carry(world, logs)
    with logs.begin() as connection:
        connection.execute(text("truncate logs restart identity"))
    before = len(entries(world))
    log(logs, "admin", "admin")
    carry(world, logs)
    assert [each["facts"]["count"] for each in entries(world)[before:]] == [2]
    assert entries(world, "dashboard_log:restarted")[-1]["facts"] == {"carried_up_to": 5, "begins_with_up_to": 2}


def test_what_was_carried_is_kept_for_some_months_and_what_was_not_for_as_long_as_it_takes(
    world: World, logs: Engine
) -> None:
    log(logs, "stella", age="91 days")
    log(logs, "stella", age="89 days")

    def kept() -> int:
        with logs.connect() as connection:
            return int(connection.execute(text("select count(*) from logs")).scalar_one())

    carry(world, logs)
    assert kept() == 2
    carry(world, logs)
    assert kept() == 1


def test_a_report_is_taken_only_where_the_last_one_ended(world: World, logs: Engine) -> None:
    superset = world.tokens["superset"]

    def report(**body: Any) -> Any:
        return world.client.post("/dashboard-looks", json={"looks": [LOOK], **body}, headers=superset)

    before = len(entries(world))
    assert world.done(report(after=0, up_to=3)) == {"up_to": 3}
    assert "up to row 3" in sentence(report(after=0, up_to=3), 409)
    sentence(report(after=3, up_to=2), 422)
    assert len(entries(world)) == before + 1
    assert world.done(world.client.get("/dashboard-looks", headers=superset)) == {"up_to": 3}
    sentence(world.client.get("/dashboard-looks", headers=world.admin), 403)


def test_a_look_of_nobody_known_is_told_all_the_same(world: World, logs: Engine) -> None:
    body = {"after": 0, "up_to": 1, "looks": [LOOK | {"login": "somebody-of-superset"}]}
    world.done(world.client.post("/dashboard-looks", json=body, headers=world.tokens["superset"]))
    assert entries(world)[-1]["account_id"] is None
    assert entries(world)[-1]["facts"]["login"] == "somebody-of-superset"


def test_many_looks_take_as_many_statements_as_a_few(world: World, logs: Engine, engine: Engine) -> None:
    def statements(count: int, *, after: int) -> int:
        logins = [f"viewer-{number}" for number in range(count)]
        for login in logins:
            world.signed_in(login, "stakeholder")
        looks = [LOOK | {"login": login.upper(), "is_download": number % 2 == 1} for number, login in enumerate(logins)]
        body = {"after": after, "up_to": after + 1, "looks": looks}
        with counted_statements(engine) as sent:
            world.done(world.client.post("/dashboard-looks", json=body, headers=world.tokens["superset"]))
        return len(sent)

    assert 0 < statements(2, after=0) == statements(8, after=1)
    assert {each["account_id"] for each in entries(world)[-4:]} == {
        world.done(world.client.get("/accounts/me", headers=world.tokens[f"viewer-{number}"]))["account_id"]
        for number in (0, 2, 4, 6)
    }
