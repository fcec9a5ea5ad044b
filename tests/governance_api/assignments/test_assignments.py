"""What may be collected: the policy and the gate follow the same assignments, whatever becomes of them."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.dates.collection_windows import covers
from domain.event_batches import ROWS_MEDIA_TYPE, to_microseconds
from domain.policies import AgentPolicy, decode_policy
from tests.governance_api.world import Headers, World

Event = tuple[str, str]
RECORDED: list[Event] = [
    ("08:00", "clicked"),
    ("08:10", "task_started"),
    ("08:20", "clicked"),
    ("08:30", "task_stopped"),
    ("08:40", "clicked"),
]


@pytest.fixture
def login(world: World) -> str:
    name = f"person-{uuid4().hex[:8]}"
    world.person(name)
    return name


def opened(world: World, login: str, **fields: Any) -> int:
    project_id = int(world.project(f"Project {uuid4()}", login, **fields)["project_id"])
    scope = {"name": "Refund", "kind": "user_initiated"}
    world.done(world.client.post(f"/projects/{project_id}/task-scopes", json=scope, headers=world.analyst()))
    world.done(world.client.post(f"/projects/{project_id}/open", headers=world.analyst()))
    return project_id


def moved(world: World, project_id: int, move: str) -> None:
    world.done(world.client.post(f"/projects/{project_id}/{move}", headers=world.analyst()))


def approved(world: World, login: str, **fields: Any) -> int:
    (approval,) = world.request(login, **fields)["approvals"]
    world.done(world.client.post(f"/approvals/{approval['approval_id']}/approve", headers=world.manager()))
    return int(approval["approval_id"])


def answered(world: World, login: str, approval_id: int, answer: str = "accepted") -> None:
    body = {"approval_id": approval_id, "answer": answer}
    world.done(world.client.post("/agent/consents", json=body, headers=desk(world, login)))


def desk(world: World, login: str) -> Headers:
    """The agent at which the person answers."""
    if login not in world.tokens:
        world.tokens[login] = world.agent(login)
    return world.tokens[login]


def new_agent(world: World, login: str) -> Headers:
    """Another each time, which ingestion has no answer about that is two seconds old; it delivers for the person."""
    body = {"workstation_user_login": login, "host": uuid4().hex, "agent_version": "1.0"}
    made = world.done(world.client.post("/agents/for-recordings", json=body, headers=world.admin))
    return {"Authorization": f"Bearer {made['agent_token']}"}


def policy_of(world: World, login: str) -> AgentPolicy:
    return decode_policy(world.client.get("/agent/policy", headers=desk(world, login)).content)


def is_open_now(world: World, login: str) -> bool:
    return covers(policy_of(world, login).consented_windows, to_microseconds(world.clock()))


def sent(
    world: World, login: str, events: Sequence[Event], *, agent: Headers | None = None, session: Any = None
) -> Any:
    header = {
        "batch_key": uuid4().hex,
        "session": {
            "session_id": str(session or uuid4()),
            "login": login,
            "host": "desk",
            "time_zone": "Europe/Berlin",
            "agent_version": "1.0",
        },
    }
    lines: list[Any] = [header]
    for clock, kind in events:
        task = {"task_name": "refund"} if kind.startswith("task") else {}
        number = int(clock.replace(":", ""))
        lines.append({"sequence": number, "occurred_at": f"2025-11-03T{clock}:00Z", "kind": kind, **task})
    headers = {**(agent or new_agent(world, login)), "Content-Type": ROWS_MEDIA_TYPE}
    content = "\n".join(json.dumps(line) for line in lines)
    receipt = world.done(world.client.post("/agent/event-batches", content=content, headers=headers))
    return receipt["accepted"], receipt["refused"]


def test_a_targeted_request_that_alone_is_consented_to_collects_between_start_and_stop_only(
    world: World, login: str
) -> None:
    targeted = approved(world, login, project_id=opened(world, login, collection_cadence="targeted"))
    continuous = approved(world, login)
    answered(world, login, targeted)
    told = {each.approval_id: each for each in policy_of(world, login).assignments}
    assert (told[targeted].cadence, told[targeted].tasks) == ("targeted", ("refund",))
    assert sent(world, login, RECORDED) == (3, {"outside_task": 2})
    answered(world, login, continuous, "declined")
    assert sent(world, login, RECORDED) == (3, {"outside_task": 2})
    answered(world, login, continuous)
    assert sent(world, login, RECORDED) == (5, {})


def test_a_recording_goes_on_from_batch_to_batch_of_its_session_and_of_no_other(world: World, login: str) -> None:
    answered(world, login, approved(world, login, project_id=opened(world, login, collection_cadence="targeted")))
    agent, session = new_agent(world, login), uuid4()
    results = [sent(world, login, [event], agent=agent, session=session) for event in RECORDED]
    assert results == [(0, {"outside_task": 1}), (1, {}), (1, {}), (1, {}), (0, {"outside_task": 1})]
    assert sent(world, login, [("08:20", "clicked")], agent=agent) == (0, {"outside_task": 1})


def test_a_draft_does_not_collect(world: World, login: str) -> None:
    project_id = world.project(f"Draft {uuid4()}", login)["project_id"]
    approved(world, login, project_id=project_id)
    assert policy_of(world, login).assignments == ()


@pytest.mark.parametrize("moves", [("close",), ("close", "archive")])
def test_a_close_ends_collecting_and_keeps_what_was_before_and_a_reopening_resumes_it(
    world: World, login: str, moves: tuple[str, ...]
) -> None:
    project_id = opened(world, login)
    answered(world, login, approved(world, login, project_id=project_id))
    assert is_open_now(world, login)
    closed_at = world.clock()
    for move in moves:
        moved(world, project_id, move)
    world.clock.pass_by(minutes=30)
    assert not is_open_now(world, login)
    assert policy_of(world, login).targeted_tasks == ()
    before, after = (f"{closed_at + timedelta(minutes=minutes):%H:%M}" for minutes in (-1, 10))
    assert sent(world, login, [(before, "clicked"), (after, "clicked")]) == (1, {"outside_collection_window": 1})
    moved(world, project_id, "reopen")
    assert is_open_now(world, login)
    assert sent(world, login, [(after, "clicked")]) == (0, {"outside_collection_window": 1})
    assert sent(world, login, [(f"{world.clock():%H:%M}", "clicked")]) == (1, {})


def test_whoever_leaves_the_project_is_collected_from_no_longer(world: World, login: str) -> None:
    project_id = opened(world, login)
    answered(world, login, approved(world, login, project_id=project_id))
    change: dict[str, Any] = {"workstation_user_logins": []}
    world.done(world.client.patch(f"/projects/{project_id}", json=change, headers=world.analyst()))
    assert policy_of(world, login).assignments == ()
    assert sent(world, login, [("08:00", "clicked")]) == (0, {"outside_collection_window": 1})


def test_a_withdrawn_or_declined_assignment_has_no_influence_left(world: World, login: str) -> None:
    pool = approved(world, login)
    answered(world, login, pool)
    answered(world, login, pool, "declined")
    assert policy_of(world, login).consented_windows == ()
    assert sent(world, login, [("08:00", "clicked")]) == (0, {"not_consented": 1})
    reason = {"reason": "Not needed"}
    world.done(world.client.post(f"/approvals/{pool}/withdraw", json=reason, headers=world.manager()))
    assert policy_of(world, login).assignments == ()
    assert sent(world, login, [("08:00", "clicked")]) == (0, {"outside_collection_window": 1})
