"""Consents: the person's own answer through their own agent; a yes counts where it was given; managers never see it."""

import pytest
from sqlalchemy import text

from domain.assignments.assignment import read_assignment
from domain.policies import decode_policy
from tests.governance_api.world import Headers, World, sentence


def answered(world: World, agent: Headers, approval_id: int, answer: str) -> int:
    body = {"approval_id": approval_id, "answer": answer}
    return world.client.post("/agent/consents", json=body, headers=agent).status_code


def consenting(world: World, approval_id: int) -> int:
    statement = text("select * from governance.assignments where approval_id = :id")
    with world.engine.connect() as connection:
        rows = connection.execute(statement, {"id": approval_id}).mappings().all()
    return len([stretch for row in rows for stretch in read_assignment(dict(row)).stretches])


def test_a_window_is_open_only_between_a_yes_and_the_next_no(world: World) -> None:
    world.person("wanda")
    agent = world.agent("wanda")
    approval_id = world.approved("wanda")
    assert consenting(world, approval_id) == 0
    for answer, expected in (("declined", 0), ("accepted", 1), ("accepted", 1), ("declined", 0), ("accepted", 1)):
        assert answered(world, agent, approval_id, answer) == 201
        assert consenting(world, approval_id) == expected
    body = {"reason": "Enough"}
    world.done(world.client.post(f"/approvals/{approval_id}/withdraw", json=body, headers=world.manager()))
    assert consenting(world, approval_id) == 0
    assert answered(world, agent, approval_id, "accepted") == 409
    assert consenting(world, approval_id) == 0


def test_nobody_answers_for_somebody_else_or_before_an_approval(world: World) -> None:
    world.person("wilma")
    world.person("walter")
    agent = world.agent("walter")
    others = world.approved("wilma")
    waiting = world.request("walter")["approvals"][0]["approval_id"]
    for approval_id, status in ((others, 404), (4711, 404), (waiting, 409)):
        body = {"approval_id": approval_id, "answer": "accepted"}
        told = sentence(world.client.post("/agent/consents", json=body, headers=agent), status)
        assert "policy" in told
    assert consenting(world, others) == 0


def states(world: World, *agents: Headers) -> list[str]:
    """What the policies of these agents say about the one assignment there is."""
    policies = [decode_policy(world.client.get("/agent/policy", headers=agent).content) for agent in agents]
    return [str(assignment.consent) for policy in policies for assignment in policy.assignments]


def collecting(world: World, approval_id: int) -> int:
    """At how many agents it may be collected."""
    assignment = text("select * from governance.assignments where approval_id = :id")
    agents = text(
        "select agent_id from governance.agents inner join governance.approvals using (workstation_user_id)"
        " where approval_id = :id"
    )
    with world.engine.connect() as connection:
        found = read_assignment(dict(connection.execute(assignment, {"id": approval_id}).mappings().one()))
        return len([each for each in connection.scalars(agents, {"id": approval_id}) if found.at_agent(each).stretches])


def test_a_yes_holds_at_the_workstation_where_it_was_given_and_a_no_everywhere(world: World) -> None:
    world.person("wim")
    desk, laptop = world.agent("wim"), world.agent("wim", host="laptop")
    approval_id = world.approved("wim")
    steps: tuple[tuple[Headers, str, list[str], int], ...] = (
        (desk, "accepted", ["accepted", "pending"], 1),
        (laptop, "accepted", ["accepted", "accepted"], 2),
        (desk, "declined", ["declined", "declined"], 0),
        (laptop, "accepted", ["pending", "accepted"], 1),
        (laptop, "declined", ["declined", "declined"], 0),
        (desk, "accepted", ["accepted", "pending"], 1),
    )
    for agent, answer, expected, count in steps:
        assert answered(world, agent, approval_id, answer) == 201
        assert states(world, desk, laptop) == expected
        assert collecting(world, approval_id) == count
    replacing = world.agent("wim")
    assert states(world, replacing) == ["pending"]


@pytest.mark.parametrize("answer", ["maybe", "", None, "pending"])
def test_an_answer_is_yes_or_no(world: World, answer: str | None) -> None:
    agent = world.agent("walter")
    body = {"approval_id": 1, "answer": answer}
    sentence(world.client.post("/agent/consents", json=body, headers=agent), 422)


def test_a_refusal_is_shown_to_no_manager(world: World) -> None:
    world.person("willy")
    approval_id = world.approved("willy")
    assert answered(world, world.agent("willy"), approval_id, "declined") == 201
    listed = world.client.get("/approvals", headers=world.manager()).text
    assert "declined" not in listed
    assert "consent" not in listed
