"""What an agent may do right now, as it polls it: consents, collection windows, event filters, settings, tasks, texts.

Add a setting with its default, so that a policy of before can still be read; an agent refuses a form it does not know.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from domain.aliases import AnonymizationLevel
from domain.assignments.intervals import union_of
from domain.assignments.terms import Cadence, ConsentState, Goal, Visibility
from domain.contexts import DEFAULT_REPLACEMENT
from domain.dates.collection_windows import CollectionWindow, Interval
from domain.errors import DomainError
from domain.event_filters.rules import EventFilterRecord

__all__ = [
    "POLICY_FORM",
    "AgentPolicy",
    "AgentSettings",
    "Assignment",
    "ConsentState",
    "DefaultStatus",
    "NotificationTexts",
    "TargetedTask",
    "decode_policy",
    "encode_policy",
]

#: Version of the form. An agent refuses one it does not know, and then captures nothing.
POLICY_FORM = 2


class DefaultStatus(StrEnum):
    """What an agent does after sign-in: capture, or begin in private mode."""

    STANDARD = "standard"
    PRIVATE = "private"


class Assignment(msgspec.Struct, frozen=True):
    """One approved data request as the observed person sees it, and the answer to it.

    Dates are those of the collection window; what may be captured is everything but the event filters, of a targeted
    assignment only between the person's start and stop of one of its tasks. `asked_by` and `seen_by` say who asked
    and who will see it, in words for the person.
    """

    approval_id: int
    name: str
    purpose: str
    consent: ConsentState
    consent_text: str
    window: CollectionWindow
    asked_by: str = ""
    seen_by: str = ""
    cadence: Cadence = Cadence.CONTINUOUS
    tasks: tuple[str, ...] = ()
    """Names of the tasks that may be recorded for it."""
    goals: tuple[Goal, ...] = ()
    visibility: Visibility = Visibility.GROUP
    anonymization_level: AnonymizationLevel = AnonymizationLevel.ANONYMIZED_CODE
    stretches: tuple[Interval, ...] | None = None
    """The parts of the window in which collecting is open: its project was not closed. None: all of it."""

    @property
    def open(self) -> tuple[Interval, ...]:
        return (self.window.interval,) if self.stretches is None else self.stretches


class TargetedTask(msgspec.Struct, frozen=True):
    """A task that the person may record."""

    task_scope_id: int
    name: str
    instructions: str = ""


class AgentSettings(msgspec.Struct, frozen=True):
    """The configuration records of the group "agent", with their defaults: a policy of before may lack some."""

    config_update_seconds: Annotated[int, Meta(ge=1)] = 30
    default_status: DefaultStatus = DefaultStatus.STANDARD
    element_timeout_milliseconds: Annotated[int, Meta(ge=0)] = 100
    restart_check_seconds: Annotated[int, Meta(ge=1)] = 30
    disabled_collectors: tuple[str, ...] = ()
    applications_with_named_content: tuple[str, ...] = ()
    maximum_value_length: Annotated[int, Meta(ge=0)] = 1024
    is_private_mode_allowed: bool = True
    shows_tray_icon: bool = True
    idle_threshold_seconds: Annotated[int, Meta(ge=1)] = 180
    private_mode_seconds: Annotated[int, Meta(ge=1)] = 1_800
    task_after_lock_seconds: Annotated[int, Meta(ge=1)] = 1_800
    task_limit_seconds: Annotated[int, Meta(ge=1)] = 28_800
    captured_kept_days: Annotated[int, Meta(ge=1)] = 7
    record_number_patterns: tuple[str, ...] = ()


class NotificationTexts(msgspec.Struct, frozen=True):
    """An empty startup text: private mode has no timeout. An empty timeout text: it cannot be extended."""

    private_startup: str = ""
    private_timeout: str = ""


class OtherAgent(msgspec.Struct, frozen=True):
    """Another agent enrolled for the same person; one that is not confirmed waits for this agent's answer."""

    agent_id: int
    host: str
    account: str
    enrolled_us: int
    is_confirmed: bool


class AgentPolicy(msgspec.Struct, frozen=True):
    """All an agent needs to know. `version` changes whenever anything else does; it is the ETag.

    A default policy allows nothing: no assignment, no window.
    """

    version: str
    workstation_user_id: int
    login: str
    assignments: tuple[Assignment, ...] = ()
    event_filters: tuple[EventFilterRecord, ...] = ()
    replacement: str = DEFAULT_REPLACEMENT
    settings: AgentSettings = AgentSettings()
    targeted_tasks: tuple[TargetedTask, ...] = ()
    other_agents: tuple[OtherAgent, ...] = ()
    notifications: NotificationTexts = NotificationTexts()
    form: int = POLICY_FORM

    @property
    def consented_windows(self) -> tuple[Interval, ...]:
        """When events may be captured, of targeted assignments only while a task is recorded: the union of accepted
        assignments; nothing by default."""
        accepted = (each.open for each in self.assignments if each.consent is ConsentState.ACCEPTED)
        return union_of(stretch for stretches in accepted for stretch in stretches)


def encode_policy(policy: AgentPolicy) -> bytes:
    """The JSON form; equal policies give equal bytes."""
    return msgspec.json.encode(policy, order="deterministic")


def decode_policy(data: bytes) -> AgentPolicy:
    """Raises DomainError for anything that is no policy of this form; event filters stay unread until they are used."""
    try:
        policy = msgspec.json.decode(data, type=AgentPolicy)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DomainError(f"The policy cannot be read ({error}): check the server's version.") from error
    if policy.form != POLICY_FORM:
        raise DomainError(f"The policy has form {policy.form} where {POLICY_FORM} is known: update the agent.")
    for assignment in policy.assignments:
        if assignment.window.workstation_user_id != policy.workstation_user_id:
            raise DomainError("The policy holds another person's collection window: ask for a new enrolment.")
    return policy
