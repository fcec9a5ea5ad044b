"""Wires one running agent together, starts its threads and ends them. The only place that knows every component.

Add a component here, and to `_find_components` if it should be restarted when it ends.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping

from agent.browser.inbox import BrowserInbox
from agent.browser.pairing import BrowserPort
from agent.capture.observations import Action, Backend
from agent.clocks import SessionClock, SystemClock
from agent.consent.answering import Answering
from agent.consent.book import ConsentBook
from agent.consent.window_process import WindowProcess
from agent.control.controls import Controls
from agent.control.endings import Endings
from agent.control.errors import ControlError
from agent.control.notices import Notices, Notify
from agent.control.status import StatusReader
from agent.control.wording import tell_now, tell_private
from agent.desktop_sessions.rooms import Room
from agent.policy.application import PolicyApplication
from agent.policy.filtering import Filtering
from agent.policy.gate import GateReason
from agent.policy.held_policy import HeldPolicy, recall_policy, recall_refusal, remember_refusal
from agent.presence.state import Presence
from agent.recording.draft_queue import DraftQueue
from agent.recording.intake import Intake
from agent.recording.recorder import Recorder
from agent.recording.recording_loop import RecordingLoop
from agent.recording.resuming import close_open_task, resume_private_mode
from agent.recording.transitions import Transitions
from agent.service_link.client import ServiceError
from agent.service_threads import ServiceThreads
from agent.settings import VERSION, Enrolled, StateFolder
from agent.spool.repair import open_spool
from agent.spool.rows import StampingClock
from agent.spool.store import SpoolLimits
from agent.spool.writer import SpoolWriter
from agent.supervision.components import Component
from agent.supervision.health import Shedding, Usage
from agent.supervision.memory import give_back
from agent.supervision.supervisor import Supervisor
from agent.supervision.workers import Worker
from domain.event_batches import AgentSession
from domain.policies import AgentPolicy

WATCH_ENDS_SECONDS = 6.0
_log = logging.getLogger(__name__)


class Agent:
    """One running agent. `run` blocks until the desktop session ends or `stop` is called."""

    def __init__(
        self,
        folder: StateFolder,
        enrolled: Enrolled,
        backend: Backend,
        *,
        clock: SessionClock,
        zone: str,
        limits: SpoolLimits | None = None,
        notify: Notify | None = None,
        timeout_seconds: float = 20.0,
        room: Room | None = None,
    ) -> None:
        clocks = SystemClock()
        self.clock = clock
        self.store = open_spool(folder.spool, limits=limits)
        self.backend, self.intake = backend, Intake()
        if room is not None:
            room.adopt_from_others(self.store)
        session = AgentSession(uuid.uuid4(), enrolled.login, enrolled.host, zone, VERSION)
        close_open_task(self.store)
        stamping = StampingClock(clock.boot_id, clock.wall_minus_boot_us)
        self.writer = SpoolWriter(self.store, session, clock=stamping)
        self.book = ConsentBook(folder.consents)
        self.presence = Presence()
        self.drafts = DraftQueue(self.presence, Filtering(None), self.writer)
        transitions = Transitions(self.presence, self.drafts, session_number=self.writer.session_number)
        self.recorder = Recorder(transitions, self.drafts)
        self.consent_window = WindowProcess()
        self.notices = Notices(self.store, notify, self.consent_window.open)
        self.endings = Endings(self.store, self.notices, self.presence, self.policy)
        self.recording = RecordingLoop(
            intake=self.intake,
            recorder=self.recorder,
            transitions=transitions,
            drafts=self.drafts,
            store=self.store,
            backend=backend,
            clock=self.clock,
            read_clocks=clocks.now,
            endings=self.endings,
        )
        self.usage, self.shedding = Usage(), Shedding()
        self.service_threads = ServiceThreads(
            self.store,
            enrolled,
            book=self.book,
            clock=clock,
            on_clock=self._clock_changed,
            health=self._health,
            on_policy=self._policy_arrived,
            on_refused=self._refused,
            timeout_seconds=timeout_seconds,
        )
        self.sender, self.exchange = self.service_threads.sender, self.service_threads.exchange
        self.times = self.service_threads.times
        self.policy_application = PolicyApplication(
            self.store, self.recording, self.drafts, book=self.book, find_shift_us=lambda: self.times.shift_us
        )
        self.recording.find_server_us = self.times.server_clock.server_us
        self.answering = Answering(
            self.book,
            self.policy_application,
            self.sender,
            server_now_us=self.times.server_now_us,
            flush=self.recorder.flush_keys,
        )
        self.controls = Controls(
            intake=self.intake,
            recording=self.recording,
            store=self.store,
            read_clocks=clocks.now,
            find_policy=self.policy,
            answering=self.answering,
            answered=self._consent_answered,
        )
        self.browsers = BrowserInbox(self.intake.put, clock, clocks.now)
        self.browser_port = BrowserPort(folder, self.browsers.take)
        self._room = room
        self.read_clocks, self._login, self._agent_id = clocks.now, enrolled.login, enrolled.agent_id
        self._stopping, self._watch_wanted = threading.Event(), threading.Event()
        self.components: list[Component] = []
        """Whoever stands before the agent (the control socket, the tray) adds what should run there."""
        self.supervisor = Supervisor(self._find_components)
        self.status = StatusReader(
            clock=clock,
            store=self.store,
            backend=backend,
            writer=self.writer,
            drafts=self.drafts,
            transitions=transitions,
            application=self.policy_application,
            exchange=self.exchange,
            sender=self.sender,
            supervisor=self.supervisor,
            usage=self.usage,
            shedding=self.shedding,
            private_left_us=self.controls.private_left_us,
            times=self.times,
            book=self.book,
            are_notices_shown=lambda: self.notices.are_shown,
            session=room.name if room else "",
            list_other_sessions=room.other_sessions if room else tuple,
        )
        self.recording.find_unseen = self.status.unseen
        self.endings.tell_now = self.tell_now
        self.endings.tell_until = lambda: tell_private(self.controls.private_left_us())
        self._watching = Worker("watch", self.supervisor.look, stopping=self._stopping, wake=self._watch_wanted)

    def run(self, after_round: Callable[[], None] = lambda: None) -> str:
        """Captures until the end; returns why it ended. Raises BackendError when the desktop cannot be observed.

        `after_round` is called by the recorder's thread whenever something may have changed; it must not wait.
        """
        self._resume()
        self.backend.start(self.intake.put)
        self.service_threads.start()
        self._watching.start()
        try:
            return self.recording.run(after_round)
        finally:
            self.close()

    def stop(self) -> None:
        """Ends `run`. May be called from a signal handler."""
        self.intake.put(Action(0, self.recording.stop))

    def close(self) -> None:
        self.service_threads.ask_to_end()
        self._stopping.set()
        self._watch_wanted.set()
        self._watching.join(WATCH_ENDS_SECONDS)  # before there is something that does not run
        self.browser_port.close()
        self.backend.stop()
        self.service_threads.close()
        self.store.close()

    def _find_components(self) -> Iterator[Component]:
        """All that should run now, but for the recorder, whose end is the agent's."""
        for worker in self.service_threads.workers:
            yield worker.component
        yield self.browser_port.component
        yield from self.backend.components()
        yield from self.components

    def _resume(self) -> None:
        """What was going on when the agent last ended: the policy, private mode."""
        held = recall_policy(
            self.store,
            login=self._login,
            on_unreadable=lambda error: _log.error("The remembered policy cannot be read: %s", error),
        )
        default = held.policy.settings.default_status if held else None
        resumed = resume_private_mode(self.store, now=self.read_clocks(), default=default)
        self.presence.private = resumed.mode
        if resumed.is_over:
            self.endings.private_is_over(was_before=True)
        if resumed.is_default:
            self.intake.put(Action(self.clock.now_us(), self.notices.begun_private))
        self.presence.refused_because = recall_refusal(self.store, agent_id=self._agent_id)
        self.exchange.begin(held)
        self.times.settle()
        if held is not None:
            self._apply(held)

    def _apply(self, held: HeldPolicy) -> None:
        self.policy_application.apply(held, now_us=self.clock.now_us())
        check_seconds = float(self.recording.settings.restart_check_seconds)
        if self.supervisor.check_seconds != check_seconds:
            self.supervisor.check_seconds = check_seconds
            self._watch_wanted.set()

    def _policy_arrived(self, held: HeldPolicy) -> None:
        def action() -> None:
            if not self.exchange.is_re_enrolment_wanted:  # the sender may have been signed off meanwhile
                self.presence.refused_because = None
            self._apply(held)
            if not self.presence.is_locked:
                self.notices.ask_consent(held.policy, self.book.answers(), now_us=self.times.server_now_us())
            self.notices.other_agents(held.policy)

        if not self.exchange.is_re_enrolment_wanted:
            remember_refusal(self.store, None, agent_id=self._agent_id)
        self.intake.put(Action(self.clock.now_us(), action))

    def _refused(self, reason: GateReason) -> None:
        """The service will have nothing of this agent: nothing new is taken, over a restart too; what waits stays."""
        self.exchange.is_re_enrolment_wanted |= reason is GateReason.SIGNED_OFF

        def action() -> None:
            self.presence.refused_because = reason
            self.recording.transitions.observe(self.clock.now_us())

        self.intake.put(Action(self.clock.now_us(), action))
        remember_refusal(self.store, reason, agent_id=self._agent_id)

    def settle_enrolment(self, agent_id: int, *, is_confirmed: bool) -> str:
        """What is so now. Raises ControlError."""
        try:
            self.service_threads.settle_enrolment(agent_id, is_confirmed=is_confirmed)
        except ServiceError as error:
            raise ControlError(str(error)) from error
        if is_confirmed:
            return f"Agent {agent_id} is confirmed: it asks there for your consent, and this one goes on."
        return f"Agent {agent_id} is refused: it was signed off, and nothing is recorded by it."

    def _consent_answered(self) -> None:
        """What was answered in one session is obeyed in all before the person is told."""
        if self._room is not None:
            self._room.tell_others({"ask": "consents changed"})
        self.service_threads.want_exchange()

    def tell_now(self) -> str:
        """One sentence: how it stands now."""
        return tell_now(self.status.closed_because(), self.status.unseen(), self.controls.private_left_us())

    def _clock_changed(self) -> None:
        self.intake.put(Action(self.clock.now_us(), lambda: self.policy_application.renew_permits(self.clock.now_us())))

    def policy(self) -> AgentPolicy | None:
        return self.policy_application.held.policy if self.policy_application.held else None

    def _health(self) -> Mapping[str, object]:
        give_back()
        cpu_percent, seconds = self.usage.look()
        was_shed = self.shedding.is_shed
        if self.shedding.judge(cpu_percent, over_seconds=seconds) != was_shed:
            self.backend.shed_elements(is_shed=self.shedding.is_shed)
            _log.warning(
                "Element look-ups are %s (%.1f %% CPU).", "off" if self.shedding.is_shed else "on", cpu_percent
            )
        return self.status.health(cpu_percent)
