"""Reads how everything stands at a moment, as plain values: for `status`, the tray and the health record.

Add a figure here, and its sentence in `control.wording`.
"""

from collections.abc import Callable, Iterator

import msgspec

from agent.capture.observations import Backend, Capabilities
from agent.clocks import SessionClock
from agent.consent.book import ConsentBook
from agent.consent.questions import analyses_of, consent_here, is_untold, recorded_when
from agent.policy.application import PolicyApplication
from agent.recording.draft_queue import DraftQueue
from agent.recording.transitions import Transitions
from agent.sending.sender import Sender
from agent.sending.session_times import SessionTimes
from agent.service_link.exchange import ServiceExchange
from agent.settings import VERSION
from agent.spool.store import SpoolStore
from agent.spool.writer import SpoolWriter
from agent.supervision.health import Shedding, Usage
from agent.supervision.supervisor import Supervisor
from domain.policies import AgentSettings, OtherAgent


class AssignmentStatus(msgspec.Struct, frozen=True):
    """What is collected for what, until when (microseconds; None: open), and the person's answer.

    `is_untold`: the server has not heard the answer yet.
    """

    approval_id: int
    name: str
    purpose: str
    consent: str
    starts_at_us: int
    ends_at_us: int | None
    consent_text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """What else the person is told of it: each by what it is about."""
    is_untold: bool = False


class StatusReport(msgspec.Struct, frozen=True):
    """Everything the person may want to know. Times are microseconds of UTC."""

    is_recording: bool
    closed_because: str
    is_private: bool
    private_left_us: int | None
    task: str
    assignments: tuple[AssignmentStatus, ...]
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
    unseen: str = ""
    captured_kept_days: int = 7
    captured_since_us: int | None = None
    session: str = ""
    other_sessions: tuple[str, ...] = ()
    other_agents: tuple[OtherAgent, ...] = ()
    agent_version: str = VERSION


class StatusReader:
    """Reads the parts of a running agent; changes nothing. May be used from any thread."""

    def __init__(
        self,
        *,
        clock: SessionClock,
        store: SpoolStore,
        backend: Backend,
        writer: SpoolWriter,
        drafts: DraftQueue,
        transitions: Transitions,
        application: PolicyApplication,
        exchange: ServiceExchange,
        sender: Sender,
        supervisor: Supervisor,
        usage: Usage,
        shedding: Shedding,
        private_left_us: Callable[[], int | None],
        times: SessionTimes,
        book: ConsentBook,
        are_notices_shown: Callable[[], bool],
        session: str = "",
        list_other_sessions: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        self._clock, self._store, self._backend, self._writer = clock, store, backend, writer
        self._drafts, self._transitions, self._application = drafts, transitions, application
        self._exchange, self._sender, self._supervisor = exchange, sender, supervisor
        self._usage, self._shedding, self._private_left_us = usage, shedding, private_left_us
        self._times, self._book, self._are_notices_shown = times, book, are_notices_shown
        self._session, self._list_other_sessions = session, list_other_sessions
        self._cpu_percent = 0.0

    def closed_because(self) -> str:
        """Why nothing is recorded now; "" while it is."""
        presence = self._transitions.presence
        reason = self._transitions.closed_because
        return "private_mode" if presence.private else "locked" if presence.is_locked else str(reason or "")

    def unseen(self) -> str:
        """Why the window in front cannot be seen; "" where it can."""
        window = self.capabilities()["window"]
        return "" if window is True else f"the window in front is not seen: {window or 'nobody knows why'}"

    def flags(self) -> tuple[str, ...]:
        flags = list(self._application.health_flags)
        if self._writer.trouble:
            flags.append(f"spool: {self._writer.trouble}")
        if self._clock.steps:
            flags.append(f"the computer's clock was set {len(self._clock.steps)} times; the times of events are even")
        if self._store.is_withdrawal_due:
            flags.append("what you declined cannot be deleted yet, and nothing is sent before: free the disk")
        if self._drafts.filtering.failure_count:
            flags.append("event filter failed")
        if self._shedding.is_shed:
            flags.append("element look-ups are off to spare the machine")
        if not self._are_notices_shown():
            flags.append("the desktop shows no notices of the agent: install a program that shows notices")
        if self._exchange.is_re_enrolment_wanted:
            flags.append("re-enrolment wanted")
        return (*flags, *self._supervisor.flags())

    def capabilities(self) -> Capabilities:
        """What is seen now: what the backend can see, but for what does not run."""
        return {**self._backend.capabilities(), **self._supervisor.missing()}

    def health(self, cpu_percent: float) -> dict[str, object]:
        """What the server is told every minute: figures and words, nothing that was captured."""
        self._cpu_percent = cpu_percent
        figures = self._store.figures()
        held = self._application.held
        return {
            "cpu_percent": round(cpu_percent, 2),
            "memory_bytes": self._usage.memory_bytes(),
            "queue_count": figures.waiting_count + self._writer.pending_count,
            "queue_bytes": figures.waiting_bytes,
            "oldest_event_us": figures.oldest_waiting_us,
            "quarantined_count": figures.quarantined_count,
            "losses": {loss.reason: loss.event_count for loss in self._store.list_losses()},
            "redactions": dict(self._drafts.filtering.receipts),
            "capabilities": self.capabilities(),
            "backend": self._backend.name,
            "policy_version": held.policy.version if held else "",
            "flags": list(self.flags()),
            "clock_skew_us": self._skew_us(),
            "agent_version": VERSION,
        }

    def report(self) -> StatusReport:
        presence, held = self._transitions.presence, self._application.held
        figures = self._store.figures()
        closed = self.closed_because()
        settings = held.policy.settings if held else AgentSettings()
        return StatusReport(
            is_recording=not closed,
            closed_because=closed,
            is_private=presence.private is not None,
            private_left_us=self._private_left_us(),
            task=presence.task.name if presence.task else "",
            assignments=tuple(self._assignments()),
            capabilities=self.capabilities(),
            sender=self._sender.state.value,
            last_sent_us=self._sender.last_sent_us,
            last_error=self._sender.last_error or self._exchange.last_error,
            waiting_count=figures.waiting_count + self._writer.pending_count,
            waiting_bytes=figures.waiting_bytes,
            oldest_waiting_us=figures.oldest_waiting_us,
            losses={loss.reason: loss.total_count for loss in self._store.list_losses(with_reported=True)},
            redactions=dict(self._drafts.filtering.receipts),
            flags=self.flags(),
            cpu_percent=self._cpu_percent,
            memory_bytes=self._usage.memory_bytes(),
            policy_version=held.policy.version if held else "",
            clock_skew_us=self._skew_us(),
            unseen=self.unseen(),
            captured_kept_days=settings.captured_kept_days,
            captured_since_us=figures.oldest_kept_us,
            session=self._session,
            other_sessions=self._list_other_sessions(),
            other_agents=held.policy.other_agents if held else (),
        )

    def _skew_us(self) -> int | None:
        """How far the server's clock is ahead of the computer's."""
        ahead_us = self._times.wall_ahead_us
        return None if ahead_us is None else -ahead_us

    def _assignments(self) -> Iterator[AssignmentStatus]:
        held, answers = self._application.held, self._book.answers()
        for each in held.policy.assignments if held else ():
            yield AssignmentStatus(
                approval_id=each.approval_id,
                name=each.name,
                purpose=each.purpose,
                consent=consent_here(each, answers).value,
                starts_at_us=each.window.starts_at_us,
                ends_at_us=each.window.ends_at_us,
                consent_text=each.consent_text,
                facts=(
                    ("recorded", recorded_when(each)),
                    ("analyses", analyses_of(each)),
                    ("asked by", each.asked_by),
                    ("seen by", each.seen_by),
                ),
                is_untold=is_untold(each, answers),
            )
