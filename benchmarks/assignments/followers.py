"""What policy, gate, event pool and mining make of the histories, each by the product's own parts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from agent.policy.gate import Situation, closed_because
from agent.policy.held_policy import permits_of
from benchmarks.assignments.told import Told, ToldEvent
from domain.assignments.permission import Permission
from domain.categorization.rules import RuleSet
from domain.conditions.texts import fold
from domain.event_batches import COLUMNS_MEDIA_TYPE, AgentSession, batch_of_rows, to_microseconds
from domain.event_kinds import EventKind
from domain.policies import decode_policy
from domain.raw_events import RawEvent
from governance_api.agents.policy import build_policy
from governance_api.ingestion.gate import admit
from governance_api.ingestion.senders import Senders
from governance_api.ingestion.task_marks import recorded_windows
from governance_api.ingestion.wire_forms.decoding import decode_batch
from governance_api.security.callers import AgentCaller
from pipelines.mining.facts.project import MiningFacts, ProjectPerson
from pipelines.mining.lake.files import Lake
from pipelines.mining.projects.permissions import project_permissions
from pipelines.resources.dbt_build import DbtBuilder
from pipelines.resources.governance import GovernanceReader
from pipelines.resources.governance_rows import read_people, read_rows
from pipelines.steps.days import process_days
from pipelines.steps.project import mine_project
from tests.pipelines.builders import Landing, read_dataset

Key = tuple[int, int, int]
"""Workstation user, session, sequence."""
LATER = timedelta(days=60)


def session_of(told: Told, event: ToldEvent) -> AgentSession:
    return AgentSession(event.session_id, told.login, "desk", told.time_zone, "1.0")


def key_of(told: Told, event: ToldEvent) -> Key:
    return told.workstation_user_id, session_of(told, event).key, event.sequence


def sessions_of(told: Told) -> Iterable[list[ToldEvent]]:
    for session_id in dict.fromkeys(each.session_id for each in told.events):
        yield [each for each in told.events if each.session_id == session_id]


def raw_events(events: Sequence[ToldEvent]) -> list[RawEvent]:
    return [
        RawEvent(each.sequence, each.at, EventKind(each.kind), application="editor", task_name=each.task)
        for each in events
    ]


def recorded_by_agents(session: Session, people: Sequence[Told], *, now: datetime) -> set[Key]:
    """What agents would record that follow the policy as it is in the end."""
    found: set[Key] = set()
    for told in people:
        caller = AgentCaller(
            agent_id=told.agent_id, workstation_user_id=told.workstation_user_id, login=told.login, host="desk"
        )
        permits = permits_of(decode_policy(build_policy(session, caller, now=now).content))
        for events in sessions_of(told):
            idle = Situation(permits=permits, is_signed_in=True, policy_confirmed_us=to_microseconds(events[0].at))
            situation = idle
            for event in events:
                at_us = to_microseconds(event.at)
                if event.kind == EventKind.TASK_STARTED:
                    situation = msgspec.structs.replace(idle, open_task=fold(event.task), task_started_us=at_us)
                if closed_because(situation, at_us=at_us, kind=EventKind(event.kind)) is None:
                    found.add(key_of(told, event))
                if event.kind == EventKind.TASK_STOPPED:
                    situation = idle
    return found


def admitted_by_the_gate(engine: Engine, people: Sequence[Told], *, now: datetime) -> set[Key]:
    """What ingestion accepts of everything that was done."""
    senders = Senders(engine)
    found: set[Key] = set()
    for told in people:
        sender = senders.find(told.token)
        assert sender is not None
        for events in sessions_of(told):
            rows = batch_of_rows("b", session_of(told, events[0]), raw_events(events))
            batch = decode_batch(msgspec.msgpack.encode(rows), media_type=COLUMNS_MEDIA_TYPE, encoding="identity")
            admitted, _ = admit(
                batch.events,
                always=sender.always,
                recorded=recorded_windows(engine, sender, batch),
                targeted=sender.targeted,
                approved=sender.approved,
                now_us=to_microseconds(now),
            )
            numbers = set(admitted.sequence.tolist())
            found |= {key_of(told, each) for each in events if each.sequence in numbers}
    return found


def kept_in_the_pool(database_url: str, lake: Lake, dbt: DbtBuilder, people: Sequence[Told]) -> set[Key]:
    """What the event pool keeps when everything that was done has landed, as if nothing had been refused."""
    landing = Landing(lake)
    for told in people:
        for events in sessions_of(told):
            landing.add(told.workstation_user_id, session_of(told, events[0]), raw_events(events))
    facts = replace(GovernanceReader(database_url).collection_facts(()), landed_files=tuple(landing.files))
    if process_days(lake, facts, dbt).built.discrepancies:
        raise SystemExit("Days of people do not add up: no comparison counts before they do.")
    rows = read_dataset(lake, "event_pool")
    if not rows.num_rows:
        return set()
    columns = ("workstation_user_id", "session_key", "sequence")
    return set(zip(*(rows[name].to_pylist() for name in columns), strict=True))


class Mined:
    """The first, or the second, projects of everybody as one: who is mined, by which events, and the datamart."""

    def __init__(self, engine: Engine, lake: Lake, dbt: DbtBuilder, people: Sequence[Told], *, number: int) -> None:
        found: list[ProjectPerson] = []
        with engine.connect() as connection:
            for told in people:
                if len(told.projects) > number:
                    (project,) = read_rows(
                        connection,
                        "select * from governance.projects where project_id = :id",
                        id=told.projects[number].project_id,
                    )
                    found.extend(read_people(connection, project)[0])
        days = list(lake.days("event_pool"))
        self.facts = MiningFacts(
            project_id=number + 1,
            project_name="All",
            starts_on=min(days),
            ends_on=max(days),
            mined_at_us=0,
            people=tuple(found),
            rule_set=RuleSet(1, ()),
            task_scopes={},
            audit_trails={},
        )
        self.permissions: dict[int, Permission] = project_permissions(lake, self.facts)
        mine_project(lake, self.facts, dbt)
        self.pieces: dict[int, list[tuple[int, int]]] = {}
        for row in lake_rows(lake.project_file("datamart", number + 1)):
            self.pieces.setdefault(row[0], []).append((row[1], row[2]))

    def is_mined(self, told: Told, event: ToldEvent) -> bool:
        permission = self.permissions.get(told.workstation_user_id, Permission())
        return permission.allows(to_microseconds(event.at), session_key=session_of(told, event).key)

    def is_shown(self, told: Told, event: ToldEvent) -> bool:
        """Whether a piece of the datamart lies over the instant."""
        at_us = to_microseconds(event.at)
        return any(start <= at_us < end for start, end in self.pieces.get(told.workstation_user_id, ()))


def lake_rows(path: Path) -> list[tuple[int, int, int]]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - used here alone

    table = pq.ParquetFile(path).read(columns=["workstation_user_id", "started_us", "ended_us"])
    return list(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))


def database_of(engine: Engine) -> str:
    return sa.make_url(engine.url).set(drivername="postgresql").render_as_string(hide_password=False)
