"""Who sends is asked anew all the time: what is taken back counts within two seconds."""

import pytest
from sqlalchemy import Engine

from governance_api.ingestion.senders import MAX_AGE_SECONDS, Senders
from tests.governance_api.ingestion.builders import Agent, Database, Service, events, refused, wait_until


class Stopwatch:
    """Monotonic seconds that a test sets."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def senders(engine: Engine, stopwatch: Stopwatch) -> Senders:
    return Senders(engine, monotonic=stopwatch)


def test_nobody_is_known_before_the_database_was_asked(senders: Senders, agent: Agent) -> None:
    assert senders.find_fresh(agent.token) is None
    assert senders.find("agent_unknown") is None


def test_an_answer_is_believed_for_two_seconds(senders: Senders, agent: Agent, stopwatch: Stopwatch) -> None:
    found = senders.find(agent.token)
    assert found is not None
    assert (found.agent_id, found.login) == (agent.agent_id, agent.login)
    stopwatch.seconds = MAX_AGE_SECONDS - 0.01
    assert senders.find_fresh(agent.token) is not None
    stopwatch.seconds = MAX_AGE_SECONDS
    assert senders.find_fresh(agent.token) is None


def test_a_person_who_is_no_longer_active_may_not_send(senders: Senders, agent: Agent, database: Database) -> None:
    senders.find(agent.token)
    database.execute(
        "update governance.workstation_users set is_active = false where workstation_user_id = %s",
        agent.workstation_user_id,
    )
    assert senders.find(agent.token) is None
    assert senders.find_fresh(agent.token) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            "update governance.collection_windows set closed_at = now() where workstation_user_id = %s",
            "outside_collection_window",
        ),
        (
            "insert into governance.consents (approval_id, workstation_user_id, answer, text, answered_at)"
            " select approval_id, workstation_user_id, 'declined', '', now() from governance.approvals"
            " where workstation_user_id = %s",
            "not_consented",
        ),
    ],
)
def test_what_is_taken_back_stops_ingestion_while_an_agent_sends_on(
    service: Service, agent: Agent, database: Database, change: str, reason: str
) -> None:
    assert service.send(agent, events()).json()["accepted"] == 3
    database.execute(change, agent.workstation_user_id)
    numbers = iter(range(1, 100_000))

    def is_refused() -> bool:
        number = next(numbers)
        return bool(service.send(agent, events(1, first=3 * number), f"b-{number}").json()["refused"] == {reason: 1})

    wait_until(is_refused, seconds=MAX_AGE_SECONDS + 30)


def test_a_window_that_opens_lets_events_in_while_an_agent_sends_on(service: Service, database: Database) -> None:
    agent = Agent(database)
    assert service.send(agent, events()).json()["accepted"] == 0
    agent.collecting()
    numbers = iter(range(1, 100_000))

    def is_accepted() -> bool:
        number = next(numbers)
        return bool(service.send(agent, events(1, first=3 * number), f"b-{number}").json()["accepted"] == 1)

    wait_until(is_accepted, seconds=MAX_AGE_SECONDS + 30)


def test_an_agent_uninstalled_while_it_sends_is_refused(service: Service, agent: Agent, database: Database) -> None:
    service.send(agent, events())
    database.execute("update governance.agents set token_hash = null where agent_id = %s", agent.agent_id)
    wait_until(lambda: service.send(agent, events()).status_code == 401, seconds=MAX_AGE_SECONDS + 30)
    assert refused(service.send(agent, events()))[0] == 401
