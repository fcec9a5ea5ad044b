"""How everything stands at a moment, as plain values: for `status`, for the tray, and for the server's health record.

Putting it into words belongs to `telling`.
"""

from typing import TYPE_CHECKING

import msgspec

from agent.capture.observations import Capabilities
from agent.settings import VERSION

if TYPE_CHECKING:
    from agent.runner import Agent


class AssignmentStanding(msgspec.Struct, frozen=True):
    """What is collected for what, until when (microseconds; None: open), and the person's answer."""

    approval_id: int
    name: str
    purpose: str
    consent: str
    starts_at_us: int
    ends_at_us: int | None


class StatusReport(msgspec.Struct, frozen=True):
    """Everything the person may want to know. Times are microseconds of UTC."""

    is_recording: bool
    closed_because: str
    is_private: bool
    private_left_us: int | None
    task: str
    assignments: tuple[AssignmentStanding, ...]
    capabilities: dict[str, bool | str]
    sender: str
    last_sent_us: int | None
    last_error: str
    waiting_count: int
    waiting_bytes: int
    oldest_waiting_us: int | None
    losses: dict[str, int]
    redactions: dict[str, int]
    flags: tuple[str, ...]
    cpu_percent: float
    memory_bytes: int
    policy_version: str
    clock_skew_us: int | None
    agent_version: str = VERSION


class Standing:
    """Reads the parts of a running agent; changes nothing. May be used from any thread."""

    def __init__(self, agent: "Agent") -> None:
        self._agent = agent
        self._cpu_percent = 0.0

    def closed_because(self) -> str:
        """Why nothing is recorded now; "" while it is."""
        presence = self._agent.presence
        reason = self._agent.recording.transitions.closed_because
        return "private_mode" if presence.private else "locked" if presence.is_locked else str(reason or "")

    def flags(self) -> tuple[str, ...]:
        agent = self._agent
        flags = list(agent.obedience.health_flags)
        if agent.writer.trouble:
            flags.append(f"spool: {agent.writer.trouble}")
        if agent.clock.steps:
            flags.append(f"clock was set {len(agent.clock.steps)} times")
        if agent.book.filtering.failure_count:
            flags.append("event filter failed")
        if agent.shedding.is_shed:
            flags.append("element look-ups are off to spare the machine")
        if agent.steward.is_re_enrolment_wanted:
            flags.append("re-enrolment wanted")
        return (*flags, *agent.watch.flags())

    def capabilities(self) -> Capabilities:
        """What is seen now: what the backend can see, but for what does not run."""
        return {**self._agent.backend.capabilities(), **self._agent.watch.missing()}

    def health(self, cpu_percent: float) -> dict[str, object]:
        """What the server is told every minute: figures and words, nothing that was captured."""
        agent = self._agent
        self._cpu_percent = cpu_percent
        figures = agent.store.figures()
        held = agent.obedience.held
        return {
            "cpu_percent": round(cpu_percent, 2),
            "memory_bytes": agent.usage.memory_bytes(),
            "queue_count": figures.waiting_count + agent.writer.pending_count,
            "queue_bytes": figures.waiting_bytes,
            "oldest_event_us": figures.oldest_waiting_us,
            "quarantined_count": figures.quarantined_count,
            "losses": {loss.reason: loss.event_count for loss in agent.store.list_losses()},
            "redactions": dict(agent.book.filtering.receipts),
            "capabilities": self.capabilities(),
            "backend": agent.backend.name,
            "policy_version": held.policy.version if held else "",
            "flags": list(self.flags()),
            "clock_skew_us": agent.sender.skew.skew_us,
            "agent_version": VERSION,
        }

    def report(self) -> StatusReport:
        agent = self._agent
        presence, held = agent.presence, agent.obedience.held
        figures = agent.store.figures()
        closed = self.closed_because()
        return StatusReport(
            is_recording=not closed,
            closed_because=closed,
            is_private=presence.private is not None,
            private_left_us=agent.controls.private_left_us(),
            task=presence.task.name if presence.task else "",
            assignments=tuple(
                AssignmentStanding(
                    each.approval_id,
                    each.name,
                    each.purpose,
                    each.consent.value,
                    each.window.starts_at_us,
                    each.window.ends_at_us,
                )
                for each in (held.policy.assignments if held else ())
            ),
            capabilities=self.capabilities(),
            sender=agent.sender.state.value,
            last_sent_us=agent.sender.last_sent_us,
            last_error=agent.sender.last_error or agent.steward.last_error,
            waiting_count=figures.waiting_count + agent.writer.pending_count,
            waiting_bytes=figures.waiting_bytes,
            oldest_waiting_us=figures.oldest_waiting_us,
            losses={loss.reason: loss.event_count for loss in agent.store.list_losses()},
            redactions=dict(agent.book.filtering.receipts),
            flags=self.flags(),
            cpu_percent=self._cpu_percent,
            memory_bytes=agent.usage.memory_bytes(),
            policy_version=held.policy.version if held else "",
            clock_skew_us=agent.sender.skew.skew_us,
        )
