"""Keeps the policy in force: the last good one, what the gate may let pass, the compiled filters.

A policy that cannot be read never replaces a good one.
"""

from collections.abc import Callable
from typing import Protocol

import msgspec

from agent.policy.gate import GateReason, Permit
from domain.assignments.terms import Cadence
from domain.conditions.texts import fold
from domain.dates.collection_windows import END_OF_TIME_US
from domain.errors import DomainError
from domain.event_filters.predefined import PREDEFINED_EVENT_FILTERS
from domain.event_filters.rules import Judge, compile_event_filters, readable_event_filters
from domain.policies import AgentPolicy, ConsentState, decode_policy, encode_policy


class HeldPolicy(msgspec.Struct, frozen=True):
    """A policy and when the server last confirmed it (microseconds, in the server's time)."""

    policy: AgentPolicy
    etag: str
    confirmed_us: int


class CompiledFilters(msgspec.Struct, frozen=True):
    """The event filters ready to be asked, and the names of those that could not be read (they mask everything)."""

    judge: Judge
    unreadable: tuple[str, ...]


class Facts(Protocol):
    """Where the last good policy is remembered."""

    def find_fact(self, name: str) -> str | None: ...

    def put_fact(self, name: str, value: str | None, *, durable: bool = False) -> None: ...


_FACT = "policy"
_REFUSED = "refused_because"


def permits_of(policy: AgentPolicy, *, declined: frozenset[int] = frozenset()) -> tuple[Permit, ...]:
    """`declined`: approvals to which the person has said no since; that holds before the server has heard of it."""
    return tuple(
        Permit(
            approval_id=assignment.approval_id,
            starts_at_us=start,
            ends_at_us=None if end == END_OF_TIME_US else end,
            is_consented=assignment.consent is ConsentState.ACCEPTED and assignment.approval_id not in declined,
            tasks=frozenset(map(fold, assignment.tasks)) if assignment.cadence is Cadence.TARGETED else None,
        )
        for assignment in policy.assignments
        for start, end in assignment.open
    )


def compile_filters(policy: AgentPolicy) -> CompiledFilters:
    """The policy's filters and the predefined ones, which no policy can take away."""
    filters, unreadable = readable_event_filters(policy.event_filters)
    floor = tuple(each for each in PREDEFINED_EVENT_FILTERS if each not in filters)
    return CompiledFilters(compile_event_filters((*floor, *filters)), unreadable)


def check_policy(data: bytes, *, login: str) -> AgentPolicy:
    """Raises DomainError for a policy that cannot be read or is somebody else's."""
    policy = decode_policy(data)
    if policy.login.casefold() != login.casefold():
        raise DomainError(f"The policy is for {policy.login!r}, this agent is {login!r}: enrol again.")
    return policy


def remember_policy(facts: Facts, held: HeldPolicy) -> None:
    facts.put_fact(_FACT, encode_policy(held.policy).decode())
    facts.put_fact("policy_etag", held.etag)
    confirm_policy(facts, held)


def confirm_policy(facts: Facts, held: HeldPolicy) -> None:
    facts.put_fact("policy_confirmed_us", str(held.confirmed_us))


def forget_policy(facts: Facts) -> None:
    """Before another agent begins: its policy is its own."""
    for name in (_FACT, "policy_etag", "policy_confirmed_us"):
        facts.put_fact(name, None, durable=True)


def remember_refusal(facts: Facts, reason: GateReason | None, *, agent_id: int) -> None:
    """Written when it changes."""
    value = None if reason is None else f"{agent_id} {reason.value}"
    if facts.find_fact(_REFUSED) != value:
        facts.put_fact(_REFUSED, value, durable=True)


def recall_refusal(facts: Facts, *, agent_id: int) -> GateReason | None:
    """What the service said of this agent last; of a former one it no longer counts."""
    known, _, reason = (facts.find_fact(_REFUSED) or "").partition(" ")
    return GateReason(reason) if known == str(agent_id) else None


def recall_policy(facts: Facts, *, login: str, on_unreadable: Callable[[DomainError], None]) -> HeldPolicy | None:
    """The last good policy, or None: then nothing is captured until the server gives one."""
    text = facts.find_fact(_FACT)
    if text is None:
        return None
    try:
        policy = check_policy(text.encode(), login=login)
        confirmed_us = int(facts.find_fact("policy_confirmed_us") or 0)
    except (DomainError, ValueError) as error:
        on_unreadable(error if isinstance(error, DomainError) else DomainError(str(error)))
        return None
    return HeldPolicy(policy, facts.find_fact("policy_etag") or "", confirmed_us)
