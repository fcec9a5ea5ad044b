"""Builds the policy of one agent: what it may collect right now, from windows, consents, filters and configuration.

Add a setting in `configuration.records` and in `domain.policies`; it then reaches every agent with its next poll.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy.orm import Session

from domain.dates.collection_windows import CollectionWindow
from domain.event_batches import to_microseconds
from domain.policies import (
    AgentPolicy,
    AgentSettings,
    Assignment,
    NotificationTexts,
    TargetedTask,
    encode_policy,
)
from governance_api.approvals.service import StoredWindow, get_approval, list_open_windows
from governance_api.configuration.service import Group, values_of
from governance_api.consents.service import state_of_consent
from governance_api.data_requests.service import DataRequest, get_data_request
from governance_api.event_filters.service import list_active_records
from governance_api.projects.service import find_project, list_tasks_to_record
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
    requests = {each.approval_id: _request_of(session, each) for each in windows}
    notifications = values_of(session, Group.NOTIFICATIONS)
    consent_text = notifications.pop("consent_text")
    unversioned = AgentPolicy(
        version="",
        workstation_user_id=agent.workstation_user_id,
        login=agent.login,
        assignments=tuple(
            _assignment(session, each, requests[each.approval_id], consent_text=consent_text) for each in windows
        ),
        event_filters=list_active_records(session),
        replacement=values_of(session, Group.ANONYMIZATION)["replacement"],
        settings=msgspec.convert(values_of(session, Group.AGENT), AgentSettings),
        targeted_tasks=tuple(
            TargetedTask(each.task_scope_id, each.name, each.instructions)
            for each in list_tasks_to_record(session, agent.workstation_user_id)
        ),
        is_targeted_only=bool(windows) and all(_is_targeted(session, each) for each in requests.values()),
        notifications=NotificationTexts(
            private_startup=notifications["private_startup_text"],
            private_timeout=notifications["private_timeout_text"],
        ),
    )
    version = hashlib.blake2b(encode_policy(unversioned), digest_size=16).hexdigest()
    return TaggedPolicy(
        content=encode_policy(msgspec.structs.replace(unversioned, version=version)), etag=f'"{version}"'
    )


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Whether a conditional request (RFC 9110 §13.1.2) already holds this content."""
    held = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    return etag in held or "*" in held


def _request_of(session: Session, window: StoredWindow) -> DataRequest:
    return get_data_request(session, get_approval(session, window.approval_id).data_request_id)


def _assignment(session: Session, window: StoredWindow, request: DataRequest, *, consent_text: str) -> Assignment:
    return Assignment(
        approval_id=window.approval_id,
        name=request.name,
        purpose=request.purpose,
        consent=state_of_consent(session, window.approval_id),
        consent_text=consent_text,
        window=CollectionWindow(
            workstation_user_id=window.workstation_user_id,
            starts_at_us=to_microseconds(window.starts_at),
            ends_at_us=None if window.ends_at is None else to_microseconds(window.ends_at),
        ),
    )


def _is_targeted(session: Session, request: DataRequest) -> bool:
    project = find_project(session, request.project_id) if request.project_id is not None else None
    return project is not None and project.collection_cadence == "targeted"
