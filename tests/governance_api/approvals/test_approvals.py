"""Approvals: decided by the person's present manager alone, opening and closing collection windows."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from tests.governance_api.world import World, sentence


@pytest.fixture(scope="module", autouse=True)
def team(world: World) -> None:
    for login in ("wanda", "wilma", "walter"):
        world.person(login)
    world.person("tomo", time_zone="Asia/Tokyo")
    world.person("otto", manager="max")


def rows(world: World, statement: str, **values: Any) -> list[dict[str, Any]]:
    with world.engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(statement), values).mappings()]


def waiting(world: World, *logins: str, **fields: Any) -> list[int]:
    return [int(each["approval_id"]) for each in world.request(*logins, **fields)["approvals"]]


def post(world: World, approval_id: int, action: str, headers: dict[str, str], reason: str | None = None) -> Any:
    body = None if reason is None else {"reason": reason}
    return world.client.post(f"/approvals/{approval_id}/{action}", json=body, headers=headers)


def test_a_manager_sees_what_waits_for_them_and_nothing_else(world: World) -> None:
    mine, other = waiting(world, "wanda", "otto", name="Shared request")
    listed = world.done(world.client.get("/approvals?decision=pending", headers=world.manager()))
    assert mine in [each["approval_id"] for each in listed]
    assert other not in [each["approval_id"] for each in listed]
    found = next(each for each in listed if each["approval_id"] == mine)
    assert found["purpose"] == "Find out what slows us down"
    assert found["requested_by_login"] == "ana"


def test_an_approval_opens_whole_days_of_the_persons_own_time_zone(world: World) -> None:
    (approval_id,) = waiting(world, "tomo")
    answer = world.done(post(world, approval_id, "approve", world.manager()))
    assert answer["decision"] == "approved"
    (window,) = rows(world, "select * from governance.collection_windows where approval_id = :id", id=approval_id)
    assert window["starts_at"].isoformat() == "2025-11-02T15:00:00+00:00"
    assert window["ends_at"].isoformat() == "2025-11-14T15:00:00+00:00"
    assert window["closed_at"] is None


def test_a_request_without_an_end_opens_a_window_without_one(world: World) -> None:
    (approval_id,) = waiting(world, "wanda", ends_on=None)
    world.done(post(world, approval_id, "approve", world.manager()))
    (window,) = rows(world, "select * from governance.collection_windows where approval_id = :id", id=approval_id)
    assert window["ends_at"] is None


def test_a_rejection_opens_nothing_and_carries_its_reason(world: World) -> None:
    (approval_id,) = waiting(world, "wanda")
    answer = world.done(post(world, approval_id, "reject", world.manager(), "  Peak season  "))
    assert (answer["decision"], answer["reason"]) == ("rejected", "Peak season")
    assert not rows(world, "select * from governance.collection_windows where approval_id = :id", id=approval_id)


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
def test_a_rejection_without_reason_is_refused(world: World, reason: str) -> None:
    (approval_id,) = waiting(world, "wanda")
    assert sentence(post(world, approval_id, "reject", world.manager(), reason), 422) == (
        "The rejection has no reason: say in a sentence why, for the one who asked."
    )
    answer = world.client.post(f"/approvals/{approval_id}/reject", json={}, headers=world.manager())
    assert "no reason" in sentence(answer, 422)
    (stored,) = rows(world, "select decision from governance.approvals where approval_id = :id", id=approval_id)
    assert stored["decision"] == "pending"


def test_only_the_persons_manager_decides(world: World) -> None:
    (approval_id,) = waiting(world, "wanda")
    world.manager("max")
    for action in ("approve", "reject", "withdraw"):
        told = sentence(post(world, approval_id, action, world.manager("max"), "Because"), 403)
        assert "does not report to you" in told


def test_the_reporting_line_of_today_counts(world: World) -> None:
    (approval_id,) = waiting(world, "walter")
    people = world.done(world.client.get("/workstation-users", headers=world.admin))
    walter = next(each["workstation_user_id"] for each in people if each["login"] == "walter")
    change = {"manager_login": "max"}
    world.done(world.client.patch(f"/workstation-users/{walter}", json=change, headers=world.admin))
    sentence(post(world, approval_id, "approve", world.manager()), 403)
    assert world.done(post(world, approval_id, "approve", world.manager("max")))["decision"] == "approved"


@pytest.mark.parametrize("link", ["same login", "linked account"])
def test_nobody_approves_a_request_about_themselves(world: World, link: str) -> None:
    number = "1" if link == "same login" else "2"
    boss = world.signed_in(f"boss{number}", "manager")
    login = "boss-at-work1" if number == "1" else "boss-at-work2"
    person = world.person(login, manager=f"boss{number}")
    (approval_id,) = waiting(world, login)
    if link == "linked account":
        me = world.client.get("/accounts/me", headers=boss).json()
        change = {"workstation_user_login": login}
        world.done(world.client.patch(f"/accounts/{me['account_id']}", json=change, headers=world.admin))
    else:
        with world.engine.begin() as connection:
            renamed = "update governance.workstation_users set login = 'BOSS1', login_key = 'boss1'"
            connection.execute(text(f"{renamed} where workstation_user_id = :id"), {"id": person})
    for action in ("approve", "reject"):
        told = sentence(post(world, approval_id, action, boss, "Because"), 403)
        assert "nobody decides about themselves" in told
    assert not world.done(world.client.get("/approvals", headers=boss))


def test_whoever_asks_does_not_answer(world: World) -> None:
    both = world.signed_in("both", "analyst", "manager")
    world.person("report", manager="both")
    (own,) = waiting(world, "report", by=both)
    (behalf,) = waiting(world, "report", on_behalf_of_login="both")
    for approval_id in (own, behalf):
        assert "whoever asks does not answer" in sentence(post(world, approval_id, "approve", both), 403)
        assert world.done(post(world, approval_id, "reject", both, "Not now"))["decision"] == "rejected"


def test_what_was_decided_is_not_decided_again(world: World) -> None:
    (approval_id,) = waiting(world, "wanda")
    assert "approve or reject it first" in sentence(post(world, approval_id, "withdraw", world.manager(), "No"), 409)
    world.done(post(world, approval_id, "approve", world.manager()))
    assert "withdraw it" in sentence(post(world, approval_id, "approve", world.manager()), 409)
    assert "withdraw it" in sentence(post(world, approval_id, "reject", world.manager(), "No"), 409)
    world.done(post(world, approval_id, "withdraw", world.manager(), "Changed my mind"))
    for action in ("approve", "reject", "withdraw"):
        told = sentence(post(world, approval_id, action, world.manager(), "Again"), 409)
        assert "new data request" in told


def test_a_withdrawal_needs_a_reason_closes_the_window_and_gets_a_later_number(world: World) -> None:
    approval_id = world.approved("wilma")
    (before,) = rows(world, "select decision_seq from governance.approvals where approval_id = :id", id=approval_id)
    assert "The withdrawal has no reason" in sentence(post(world, approval_id, "withdraw", world.manager(), ""), 422)
    world.done(post(world, approval_id, "withdraw", world.manager(), "The team is too busy"))
    (after,) = rows(world, "select * from governance.approvals where approval_id = :id", id=approval_id)
    assert after["decision"] == "withdrawn"
    assert after["decision_seq"] > before["decision_seq"]
    (window,) = rows(world, "select * from governance.collection_windows where approval_id = :id", id=approval_id)
    assert window["closed_at"] == world.clock()


def test_decisions_at_the_same_time_are_numbered_in_the_order_of_their_commits(world: World) -> None:
    """Whoever reads while they are made never sees a number below one that was already visible."""
    ids = [approval_id for _ in range(12) for approval_id in waiting(world, "wanda")]
    seen: list[int] = []
    is_over = False

    def watch() -> None:
        while not is_over:
            found = rows(world, "select decision_seq from governance.approvals where decision_seq is not null")
            visible = {row["decision_seq"] for row in found}
            late = [number for number in visible - set(seen) if seen and number < max(seen)]
            assert not late
            seen.extend(visible - set(seen))

    with ThreadPoolExecutor(5) as pool:
        watching = pool.submit(watch)
        answers = list(pool.map(lambda each: post(world, each, "approve", world.manager()), ids))
        is_over = True
        watching.result()
    assert [answer.status_code for answer in answers] == [200] * len(ids)


def test_of_two_answers_at_once_one_is_taken(world: World) -> None:
    (approval_id,) = waiting(world, "wanda")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(world, approval_id, "approve", world.manager()), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len(rows(world, "select 1 from governance.collection_windows where approval_id = :id", id=approval_id)) == 1


def test_the_stage_of_a_request_follows_its_approvals(world: World) -> None:
    request = world.request("wanda", "wilma")
    first, second = (each["approval_id"] for each in request["approvals"])
    path = f"/data-requests/{request['data_request_id']}"

    def stage() -> str:
        return str(world.done(world.client.get(path, headers=world.analyst()))["stage"])

    world.done(post(world, first, "approve", world.manager()))
    assert stage() == "waiting_for_approval"
    world.done(post(world, second, "approve", world.manager()))
    assert stage() == "approved"
    world.done(post(world, second, "withdraw", world.manager(), "No longer"))
    assert stage() == "cancelled"
    approvals = world.done(world.client.get(path, headers=world.analyst()))["approvals"]
    assert approvals[1]["reason"] == "No longer"
