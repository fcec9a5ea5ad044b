"""Wires the parts of one running agent together, starts its threads and ends them. The only place that knows them all.

What the parts do belongs to them; commands belong to `command`.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping

import msgspec

from agent.browser.inbox import BrowserInbox
from agent.browser.pairing import BrowserPort
from agent.capture.observations import Backend, Deed
from agent.clocks import SessionClock, SystemClock
from agent.control.controls import Controls
from agent.control.endings import Endings
from agent.control.notices import Notices, Notify
from agent.control.status import Standing
from agent.policy.application import Obedience
from agent.policy.filtering import Filtering
from agent.policy.held_policy import HeldPolicy, recall_policy
from agent.presence.state import Presence
from agent.recording.draft_queue import DraftBook
from agent.recording.intake import Intake
from agent.recording.recorder import Recorder
from agent.recording.recording_loop import Recording
from agent.recording.resuming import close_open_task, resume_private_mode
from agent.recording.transitions import Transitions
from agent.service_threads import Couriers
from agent.settings import VERSION, Enrolled, StateFolder
from agent.spool.repair import open_spool
from agent.spool.store import SpoolLimits
from agent.spool.writer import SpoolWriter
from agent.supervision.components import Part
from agent.supervision.health import Shedding, Usage
from agent.supervision.memory import give_back
from agent.supervision.supervisor import Watch
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
        self.book = DraftBook(self.presence, Filtering(None), self.writer)
        transitions = Transitions(self.presence, self.book, session_number=self.writer.session_number)
        self.recorder = Recorder(transitions, self.book)
        self.notices = Notices(self.store, notify)
        self.recording = Recording(
            intake=self.intake,
            recorder=self.recorder,
            transitions=transitions,
            book=self.book,
            store=self.store,
            backend=backend,
            clock=self.clock,
            read_clocks=clocks.now,
            endings=Endings(self.store, self.notices, self._policy),
        )
        self.obedience = Obedience(self.store, self.recording, self.book)
        self.usage, self.shedding = Usage(), Shedding()
        self.couriers = Couriers(
            self.store,
            enrolled,
            wall_us=lambda: clocks.now().wall_us,
            health=self._health,
            on_policy=self._policy_arrived,
            timeout_seconds=timeout_seconds,
        )
        self.sender, self.steward = self.couriers.sender, self.couriers.steward
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
        self.parts: list[Part] = []
        """Whoever stands before the agent (the door, the tray) adds what should run there."""
        self.watch = Watch(self._find_parts)
        self.standing = Standing(
            clock=clock,
            store=self.store,
            backend=backend,
            writer=self.writer,
            drafts=self.book,
            transitions=transitions,
            application=self.obedience,
            exchange=self.steward,
            sender=self.sender,
            supervisor=self.watch,
            usage=self.usage,
            shedding=self.shedding,
            private_left_us=self.controls.private_left_us,
        )
        self._watching = Worker("watch", self.watch.look, stopping=self._stopping, wake=self._watch_wanted)

    def run(self, after_round: Callable[[], None] = lambda: None) -> str:
        """Captures until the end; returns why it ended. Raises BackendError when the desktop cannot be observed.

        `after_round` is called by the recorder's thread whenever something may have changed; it must not wait.
        """
        self._resume()
        self.backend.start(self.intake.put)
        self.couriers.start()
        self._watching.start()
        try:
            return self.recording.run(after_round)
        finally:
            self.close()

    def stop(self) -> None:
        """Ends `run`. May be called from a signal handler."""
        self.intake.put(Deed(0, self.recording.stop))

    def close(self) -> None:
        self.couriers.ask_to_end()
        self._stopping.set()
        self._watch_wanted.set()
        self._watching.join(WATCH_ENDS_SECONDS)  # before there is something that does not run
        self.browser_port.close()
        self.backend.stop()
        self.couriers.close()
        self.store.close()

    def _find_parts(self) -> Iterator[Part]:
        """All that should run now, but for the recorder, whose end is the agent's."""
        for worker in self.couriers.workers:
            yield worker.part
        yield self.browser_port.part
        yield from self.backend.parts()
        yield from self.parts

    def _resume(self) -> None:
        """What was going on when the agent last ended: the policy, private mode."""
        held = recall_policy(
            self.store,
            login=self._login,
            on_unreadable=lambda error: _log.error("The remembered policy cannot be read: %s", error),
        )
        default = held.policy.settings.default_status if held else None
        self.presence.private = resume_private_mode(self.store, now=self._read_clocks(), default=default)
        self.steward.begin(held)
        if held is not None:
            self._obey(held)

    def _obey(self, held: HeldPolicy) -> None:
        self.obedience.obey(held, now_us=self.clock.now_us())
        check_seconds = float(self.recording.settings.restart_check_seconds)
        if self.watch.check_seconds != check_seconds:
            self.watch.check_seconds = check_seconds
            self._watch_wanted.set()

    def _policy_arrived(self, held: HeldPolicy) -> None:
        def deed() -> None:
            self._obey(held)
            self.notices.policy_arrived(held.policy)

        self.intake.put(Deed(self.clock.now_us(), deed))

    def _answer_consent(self, approval_id: int, is_accepted: bool) -> None:
        self.steward.answer_consent(approval_id, is_accepted=is_accepted)
        if not is_accepted:

            def deed() -> None:
                permits = self.presence.permits or ()
                self.presence.permits = tuple(
                    msgspec.structs.replace(each, is_consented=each.is_consented and each.approval_id != approval_id)
                    for each in permits
                )

            self.intake.put(Deed(self.clock.now_us(), deed))
        self.couriers.want_steward()

    def _policy(self) -> AgentPolicy | None:
        return self.obedience.held.policy if self.obedience.held else None

    def _health(self) -> Mapping[str, object]:
        give_back()
        cpu_percent, seconds = self.usage.look()
        was_shed = self.shedding.is_shed
        if self.shedding.judge(cpu_percent, over_seconds=seconds) != was_shed:
            self.backend.shed_elements(is_shed=self.shedding.is_shed)
            _log.warning(
                "Element look-ups are %s (%.1f %% CPU).", "off" if self.shedding.is_shed else "on", cpu_percent
            )
        return self.standing.health(cpu_percent)
