"""Builds the policy of one agent: what it may collect right now, from windows, consents, filters and configuration.

Add a setting in `configuration.records` and in `domain.policies`; it then reaches every agent with its next poll.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy.orm import Session

from domain.dates.collection_windows import CollectionWindow
from domain.event_batches import to_microseconds
from domain.identity.workstation_accounts import WorkstationAccount
from domain.policies import (
    AgentPolicy,
    AgentSettings,
    Assignment,
    ConsentState,
    NotificationTexts,
    OtherAgent,
    TargetedTask,
    encode_policy,
)
from governance_api.agents.request_words import RequestWords, words_of_requests
from governance_api.agents.service import list_other_agents
from governance_api.agents.stages import AgentStage
from governance_api.agents.tables import Agent
from governance_api.approvals.service import StoredWindow, list_open_windows, requests_of_approvals
from governance_api.configuration.service import Group, consent_text, values_of
from governance_api.consents.service import states_of_consent
from governance_api.data_requests.service import DataRequest
from governance_api.event_filters.service import list_active_records
from governance_api.projects.service import Cadence, list_tasks_to_record, projects_by_id
from governance_api.security.callers import AgentCaller

#: Windows that ended longer ago are left out of the policy; until then, late answers and late events still make sense.
KEPT_AFTER_END = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class TaggedPolicy:
    """The JSON of a policy and its strong ETag: equal content, equal tag."""

    content: bytes
    etag: str


def build_policy(session: Session, agent: AgentCaller, *, now: datetime) -> TaggedPolicy:
    windows = list_open_windows(session, agent.workstation_user_id, ended_after=now - KEPT_AFTER_END)
    approval_ids = [each.approval_id for each in windows]
    requests = requests_of_approvals(session, approval_ids)
    consents = states_of_consent(session, approval_ids, agent_id=agent.agent_id)
    notifications = values_of(session, Group.NOTIFICATIONS)
    shown_text = consent_text(session)
    words = words_of_requests(session, requests)
    unversioned = AgentPolicy(
        version="",
        workstation_user_id=agent.workstation_user_id,
        login=agent.login,
        assignments=tuple(
            _assignment(
                each,
                requests[each.approval_id],
                consents[each.approval_id],
                consent_text=shown_text,
                words=words[each.approval_id],
            )
            for each in windows
        ),
        event_filters=list_active_records(session),
        replacement=values_of(session, Group.ANONYMIZATION)["replacement"],
        settings=msgspec.convert(values_of(session, Group.AGENT), AgentSettings),
        targeted_tasks=tuple(
            TargetedTask(each.task_scope_id, each.name, each.instructions)
            for each in list_tasks_to_record(session, agent.workstation_user_id)
        ),
        other_agents=tuple(_other(each) for each in list_other_agents(session, agent)),
        is_targeted_only=_are_targeted(session, requests.values()),
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


def _assignment(
    window: StoredWindow, request: DataRequest, consent: ConsentState, *, consent_text: str, words: RequestWords
) -> Assignment:
    return Assignment(
        approval_id=window.approval_id,
        name=request.name,
        purpose=request.purpose,
        consent=consent,
        consent_text=consent_text,
        window=CollectionWindow(
            workstation_user_id=window.workstation_user_id,
            starts_at_us=to_microseconds(window.starts_at),
            ends_at_us=None if window.ends_at is None else to_microseconds(window.ends_at),
        ),
        asked_by=words.asked_by,
        seen_by=words.seen_by,
    )


def _are_targeted(session: Session, requests: Collection[DataRequest]) -> bool:
    """Whether every one of them is for a project that collects only while a person records a named task."""
    projects = projects_by_id(session, {each.project_id for each in requests if each.project_id is not None})
    return bool(requests) and all(
        each.project_id is not None and projects[each.project_id].collection_cadence is Cadence.TARGETED
        for each in requests
    )
