"""Finds who sends: from an agent's token to the person, and what the person's assignments allow right now.

Answers are kept for two seconds at most: a closed project, a withdrawn approval or consent stops ingestion within that
time.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from domain.assignments.assignment import Assignment
from domain.assignments.intervals import union_of
from domain.assignments.terms import Cadence
from domain.dates.collection_windows import Interval
from governance_api.assignments.service import assignments_of_people
from governance_api.ingestion.gate import Windows
from governance_api.security.secrets_at_rest import token_hash

MAX_AGE_SECONDS = 2.0
RENEWAL_SECONDS = 0.75
FORGOTTEN_AFTER_SECONDS = 60.0
MAX_SENDERS = 100_000
_log = logging.getLogger(__name__)

_AGENTS = text("""
select
    agents.token_hash, agents.agent_id, agents.workstation_user_id, workstation_users.login,
    agents.stage = 'installed' as is_confirmed, agents.is_for_recordings
from governance.agents
inner join governance.workstation_users
    on agents.workstation_user_id = workstation_users.workstation_user_id
where agents.token_hash = any(:token_hashes) and agents.stage <> 'uninstalled' and workstation_users.is_active
""")
_NAMED = text(
    "select value from governance.configuration_records"
    " where record_group = 'agent' and name = 'applications_with_named_content'"
)


@dataclass(frozen=True, slots=True)
class Sender:
    """An enrolled agent and what its person's assignments allow there, as of `known_at` (monotonic seconds).

    One that is not confirmed may not deliver.
    """

    agent_id: int
    workstation_user_id: int
    login: str
    always: Windows
    targeted: Windows
    approved: Windows
    assignments: tuple[Assignment, ...]
    known_at: float
    asked_at: float
    named_applications: tuple[str, ...] = ()
    """Those in which the configuration has content named."""
    is_confirmed: bool = True


class Senders:
    """Keeps answers about recent senders fresh with one set of queries for all of them."""

    def __init__(self, engine: Engine, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._monotonic = monotonic
        self._known: dict[str, Sender] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._renew_until_stopped, name="ingestion senders", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def find_fresh(self, token: str) -> Sender | None:
        """What is known and young enough to be believed; never waits."""
        sender = self._known.get(token_hash(token))
        return sender if sender and self._monotonic() - sender.known_at < MAX_AGE_SECONDS else None

    def find(self, token: str) -> Sender | None:
        """Asks the database; None where no installed agent has the token."""
        return self.renew([token_hash(token)]).get(token_hash(token))

    def renew(self, hashes: list[str]) -> dict[str, Sender]:
        """Reads these senders anew and forgets those that are gone."""
        known_at = self._monotonic()
        with self._engine.connect() as connection:
            found = _read(connection, hashes, known_at)
        with self._lock:
            for each in hashes:
                before = self._known.pop(each, None)
                if each in found and len(self._known) < MAX_SENDERS:
                    asked_at = before.asked_at if before else known_at
                    self._known[each] = replace(found[each], asked_at=asked_at)
        return found

    def touch(self, token: str) -> None:
        """Notes that the sender is at work, so that its answer is kept fresh."""
        key = token_hash(token)
        with self._lock:
            sender = self._known.get(key)
            if sender and self._monotonic() - sender.asked_at > RENEWAL_SECONDS:
                self._known[key] = replace(sender, asked_at=self._monotonic())

    def _renew_until_stopped(self) -> None:
        while not self._stopping.wait(RENEWAL_SECONDS):
            oldest = self._monotonic() - FORGOTTEN_AFTER_SECONDS
            with self._lock:
                for key in [key for key, sender in self._known.items() if sender.asked_at < oldest]:
                    del self._known[key]
                hashes = list(self._known)
            if not hashes:
                continue
            try:
                self.renew(hashes)
            except SQLAlchemyError:  # the answers grow old and are not believed; the next round tries again
                _log.exception("The senders could not be read anew; requests ask for themselves.")


def _read(connection: Connection, hashes: list[str], known_at: float) -> dict[str, Sender]:
    agents = connection.execute(_AGENTS, {"token_hashes": hashes}).all()
    people = [agent.workstation_user_id for agent in agents]
    assignments = assignments_of_people(connection, people)
    of_agents = {agent.agent_id: _of_agent(agent, assignments[agent.workstation_user_id]) for agent in agents}
    named = tuple(connection.execute(_NAMED).scalar() or ())
    return {
        agent.token_hash: Sender(
            agent.agent_id,
            agent.workstation_user_id,
            agent.login,
            *_windows(of_agents[agent.agent_id]),
            tuple(of_agents[agent.agent_id]),
            known_at,
            known_at,
            named,
            agent.is_confirmed,
        )
        for agent in agents
    }


def _of_agent(agent: Any, assignments: Sequence[Assignment]) -> tuple[Assignment, ...]:
    """As the person has answered at this agent; recordings of other tools are delivered for the person."""
    if agent.is_for_recordings:
        return tuple(assignments)
    return tuple(each.at_agent(agent.agent_id) for each in assignments)


def _windows(assignments: Sequence[Assignment]) -> tuple[Windows, Windows, Windows]:
    """What continuous assignments allow, what targeted ones allow while a task is recorded, and what is approved."""
    allowed: dict[Cadence, list[Interval]] = {cadence: [] for cadence in Cadence}
    for each in assignments:
        allowed[each.terms.cadence].extend(each.stretches)
    approved = union_of(stretch for each in assignments for stretch in each.open)
    return (
        Windows(union_of(allowed[Cadence.CONTINUOUS])),
        Windows(union_of(allowed[Cadence.TARGETED])),
        Windows(approved),
    )
