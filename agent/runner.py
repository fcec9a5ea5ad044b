"""Wires one running agent together, starts its threads and ends them. The only place that knows every component.

Add a component here, and to `_find_components` if it should be restarted when it ends.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping

import msgspec

from agent.browser.inbox import BrowserInbox
from agent.browser.pairing import BrowserPort
from agent.capture.observations import Action, Backend
from agent.clocks import SessionClock, SystemClock
from agent.control.controls import Controls
from agent.control.endings import Endings
from agent.control.notices import Notices, Notify
from agent.control.status import StatusReader
from agent.policy.application import PolicyApplication
from agent.policy.filtering import Filtering
from agent.policy.held_policy import HeldPolicy, recall_policy
from agent.presence.state import Presence
from agent.recording.draft_queue import DraftQueue
from agent.recording.intake import Intake
from agent.recording.recorder import Recorder
from agent.recording.recording_loop import RecordingLoop
from agent.recording.resuming import close_open_task, resume_private_mode
from agent.recording.transitions import Transitions
from agent.service_threads import ServiceThreads
from agent.settings import VERSION, Enrolled, StateFolder
from agent.spool.repair import open_spool
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
    ) -> None:
        clocks = SystemClock()
        self.clock = clock
        self.store = open_spool(folder.spool, limits=limits)
        self.backend, self.intake = backend, Intake()
        session = AgentSession(uuid.uuid4(), enrolled.login, enrolled.host, zone, VERSION)
        close_open_task(self.store)
        self.writer = SpoolWriter(self.store, session)
        self.presence = Presence()
        self.drafts = DraftQueue(self.presence, Filtering(None), self.writer)
        transitions = Transitions(self.presence, self.drafts, session_number=self.writer.session_number)
        self.recorder = Recorder(transitions, self.drafts)
        self.notices = Notices(self.store, notify)
        self.recording = RecordingLoop(
            intake=self.intake,
            recorder=self.recorder,
            transitions=transitions,
            drafts=self.drafts,
            store=self.store,
            backend=backend,
            clock=self.clock,
            read_clocks=clocks.now,
            endings=Endings(self.store, self.notices, self._policy),
        )
        self.policy_application = PolicyApplication(self.store, self.recording, self.drafts)
        self.usage, self.shedding = Usage(), Shedding()
        self.service_threads = ServiceThreads(
            self.store,
            enrolled,
            wall_us=lambda: clocks.now().wall_us,
            health=self._health,
            on_policy=self._policy_arrived,
            timeout_seconds=timeout_seconds,
        )
        self.sender, self.exchange = self.service_threads.sender, self.service_threads.exchange
        self.controls = Controls(
            intake=self.intake,
            recording=self.recording,
            store=self.store,
            read_clocks=clocks.now,
            find_policy=self._policy,
            answer_consent=self._answer_consent,
        )
        self.browsers = BrowserInbox(self.intake.put, clock, clocks.now)
        self.browser_port = BrowserPort(folder, self.browsers.take)
        self._read_clocks, self._login = clocks.now, enrolled.login
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
        )
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
        self.presence.private = resume_private_mode(self.store, now=self._read_clocks(), default=default)
        self.exchange.begin(held)
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
            self._apply(held)
            self.notices.policy_arrived(held.policy)

        self.intake.put(Action(self.clock.now_us(), action))

    def _answer_consent(self, approval_id: int, is_accepted: bool) -> None:
        self.exchange.answer_consent(approval_id, is_accepted=is_accepted)
        if not is_accepted:

            def action() -> None:
                permits = self.presence.permits or ()
                self.presence.permits = tuple(
                    msgspec.structs.replace(each, is_consented=each.is_consented and each.approval_id != approval_id)
                    for each in permits
                )

            self.intake.put(Action(self.clock.now_us(), action))
        self.service_threads.want_exchange()

    def _policy(self) -> AgentPolicy | None:
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
