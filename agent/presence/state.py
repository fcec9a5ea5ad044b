"""The state a person is in, as the agent knows it: observed, private, locked, asleep, idle, in a task."""

import msgspec

from agent.policy.drafts import ObservedContext
from agent.policy.gate import GateReason, Permit, Situation
from agent.presence.idle import IdleState
from agent.presence.private_mode import PrivateMode
from domain.conditions.texts import fold


class OpenTask(msgspec.Struct, frozen=True):
    """A targeted recording under way; `session_number` tells, after a crash, to which session its end belongs."""

    name: str
    case_id: str
    started_us: int
    session_number: int


class Presence(msgspec.Struct):
    """Mutable, owned by the recorder's thread."""

    permits: tuple[Permit, ...] | None = None
    policy_confirmed_us: int = 0
    refused_because: GateReason | None = None
    is_signed_in: bool = True
    unseen: str = ""
    """Why the window in front cannot be seen; "" where it can."""

    is_observed: bool = False
    is_locked: bool = False
    is_asleep: bool = False
    locked_us: int = 0
    private: PrivateMode | None = None
    task: OpenTask | None = None
    seen: ObservedContext = ObservedContext()
    idle: IdleState = IdleState(0)
    there_us: int = 0
    """The latest moment at which the person was known to be there: idle time cannot start before it."""

    opened_us: int = 0
    """When the person's doings began to be recorded anew: observation, or the end of a lock or of private mode."""
    was_closed_because: GateReason = GateReason.NO_SESSION
    """Why nothing was recorded before."""

    def situation(self) -> Situation:
        return Situation(
            permits=self.permits,
            policy_confirmed_us=self.policy_confirmed_us,
            is_private=self.private is not None,
            is_locked=self.is_locked,
            open_task=fold(self.task.name) if self.task else None,
            task_started_us=self.task.started_us if self.task else 0,
            is_signed_in=self.is_signed_in,
            sees_windows=not self.unseen,
            refused_because=self.refused_because,
        )

    def next_boundary_us(self, *, now_us: int) -> int | None:
        """When the next stretch of an assignment opens or closes."""
        edges = [
            edge
            for permit in self.permits or ()
            for edge in (permit.starts_at_us, permit.ends_at_us)
            if edge is not None and edge > now_us
        ]
        return min(edges, default=None)

    def reopen(self, at_us: int, *, after: GateReason) -> None:
        """What was done or typed before counts for nothing from now on."""
        if at_us >= self.opened_us:
            self.opened_us, self.was_closed_because = at_us, after

    def allowing(self, at_us: int) -> tuple[int, ...]:
        """The assignments that allow what happens at that moment."""
        open_task = fold(self.task.name) if self.task else None
        started_us = self.task.started_us if self.task else 0
        return tuple(
            permit.approval_id
            for permit in self.permits or ()
            if permit.is_consented and permit.holds_at(at_us) and permit.is_for(open_task, started_us=started_us)
        )

    def is_back(self, at_us: int) -> None:
        self.idle = IdleState(at_us)
        self.there_us = max(self.there_us, at_us)
