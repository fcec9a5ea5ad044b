"""Builds the policy of one agent: what it may collect right now, from assignments, filters and configuration.

Add a setting in `configuration.records` and in `domain.policies`; it then reaches every agent with its next poll.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy.orm import Session

from domain.assignments.permission import named_applications
from domain.assignments.terms import ConsentState
from domain.dates.collection_windows import END_OF_TIME_US, CollectionWindow
from domain.event_batches import to_microseconds
from domain.identity.workstation_accounts import WorkstationAccount
from domain.policies import (
    AgentPolicy,
    AgentSettings,
    Assignment,
    NotificationTexts,
    OtherAgent,
    TargetedTask,
    encode_policy,
)
from governance_api.agents.request_words import RequestWords, words_of_requests
from governance_api.agents.service import list_other_agents
from governance_api.agents.stages import AgentStage
from governance_api.agents.tables import Agent
from governance_api.assignments.service import NamedAssignment, list_assignments, tasks_to_record
from governance_api.configuration.service import Group, naming, values_of
from governance_api.data_requests.service import list_requests_by_ids
from governance_api.event_filters.service import list_active_records
from governance_api.security.callers import AgentCaller

#: Assignments that ended longer ago are left out of the policy; until then, late answers and events still make sense.
KEPT_AFTER_END = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class TaggedPolicy:
    """The JSON of a policy and its strong ETag: equal content, equal tag."""

    content: bytes
    etag: str


def build_policy(session: Session, agent: AgentCaller, *, now: datetime) -> TaggedPolicy:
    assignments = list_assignments(session, agent, ended_after=now - KEPT_AFTER_END)
    requests = {
        each.data_request_id: each
        for each in list_requests_by_ids(session, {each.assignment.data_request_id for each in assignments})
    }
    notifications = values_of(session, Group.NOTIFICATIONS)
    configured = msgspec.convert(values_of(session, Group.AGENT), AgentSettings)
    words = words_of_requests(session, requests)
    unversioned = AgentPolicy(
        version="",
        workstation_user_id=agent.workstation_user_id,
        login=agent.login,
        assignments=tuple(
            _told(
                each,
                consent_text=naming(
                    notifications["consent_text"], sorted(each.assignment.terms.applications_with_named_content)
                ),
                words=words[each.assignment.data_request_id],
            )
            for each in assignments
        ),
        event_filters=list_active_records(session),
        replacement=values_of(session, Group.ANONYMIZATION)["replacement"],
        settings=msgspec.structs.replace(
            configured,
            applications_with_named_content=named_applications(
                [each.assignment for each in assignments],
                configured.applications_with_named_content,
                now_us=to_microseconds(now),
            ),
        ),
        targeted_tasks=tuple(
            TargetedTask(each.task_scope_id, each.name, each.instructions)
            for each in tasks_to_record(
                session, agent.workstation_user_id, [each.assignment for each in assignments], now=now
            )
        ),
        other_agents=tuple(_other(each) for each in list_other_agents(session, agent)),
        notifications=NotificationTexts(
            private_startup=notifications["private_startup_text"],
            private_timeout=notifications["private_timeout_text"],
        ),
    )
    version = hashlib.blake2b(encode_policy(unversioned), digest_size=16).hexdigest()
    return TaggedPolicy(
        content=encode_policy(msgspec.structs.replace(unversioned, version=version)), etag=f'"{version}"'
    )


def _other(agent: Agent) -> OtherAgent:
    account = msgspec.convert(agent.account, WorkstationAccount) if agent.account else WorkstationAccount("")
    return OtherAgent(
        agent_id=agent.agent_id,
        host=agent.host,
        account=account.text,
        enrolled_us=to_microseconds(agent.enrolled_at),
        is_confirmed=agent.stage is AgentStage.INSTALLED,
    )


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Whether a conditional request (RFC 9110 §13.1.2) already holds this content."""
    held = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    return etag in held or "*" in held


def _told(named: NamedAssignment, *, consent_text: str, words: RequestWords) -> Assignment:
    assignment = named.assignment
    starts_us, ends_us = assignment.window
    return Assignment(
        approval_id=assignment.approval_id,
        name=named.name,
        purpose=named.purpose,
        consent=assignment.consent,
        consent_text=consent_text,
        window=CollectionWindow(
            workstation_user_id=assignment.workstation_user_id,
            starts_at_us=starts_us,
            ends_at_us=None if ends_us == END_OF_TIME_US else ends_us,
        ),
        asked_by=words.asked_by,
        seen_by=words.seen_by,
        cadence=assignment.terms.cadence,
        tasks=tuple(sorted(assignment.tasks)),
        goals=tuple(sorted(assignment.terms.goals)),
        visibility=assignment.terms.visibility,
        anonymization_level=assignment.terms.anonymization_level,
        stretches=assignment.stretches if assignment.consent is ConsentState.ACCEPTED else assignment.open,
    )
