"""Wires the parts of one running agent together, starts its threads and ends them. The only place that knows them all.

What the parts do belongs to them; commands belong to `command`.
"""

import logging
import random
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

import msgspec

from agent.browser.messages import observation_of, read_messages
from agent.browser.pairing import BrowserPort
from agent.capture.observations import Backend, BrowserGone, Deed
from agent.client import ServiceClient, parse_address
from agent.clocks import SessionClock, SystemClock
from agent.controls import PRIVATE_FACT, TASK_FACT, Controls
from agent.draft_book import DraftBook
from agent.filtering import Filtering
from agent.frugality import give_back
from agent.health import Shedding, Usage
from agent.intake import Intake
from agent.notices import Notices
from agent.obeying import Obedience
from agent.parts import Part
from agent.policy import HeldPolicy, recall_policy
from agent.presence import OpenTask, Presence
from agent.private_mode import PrivateMode, begin, remaining_us
from agent.recorder import Recorder
from agent.recording import Recording
from agent.sending.sender import Sender, SenderState
from agent.settings import VERSION, Enrolled, StateFolder
from agent.spool.repair import open_spool
from agent.spool.rows import spooled
from agent.spool.store import SpoolLimits, SpoolStore
from agent.spool.writer import SpoolWriter
from agent.standing import Standing
from agent.steward import Steward
from agent.transitions import Transitions
from agent.watch import Watch
from agent.workers import Worker
from domain.event_batches import AgentSession, from_microseconds
from domain.event_kinds import EventKind
from domain.policies import AgentPolicy, DefaultStatus
from domain.raw_events import RawEvent

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
        notify: Callable[[str, str], None] | None = None,
        timeout_seconds: float = 20.0,
    ) -> None:
        clocks = SystemClock()
        self.clock = clock
        self.store = open_spool(folder.spool, limits=limits)
        self.backend, self.intake = backend, Intake()
        session = AgentSession(uuid.uuid4(), enrolled.login, enrolled.host, zone, VERSION)
        _close_open_task(self.store)
        self.writer = SpoolWriter(self.store, session)
        self.presence = Presence()
        self.book = DraftBook(self.presence, Filtering(None), self.writer)
        transitions = Transitions(self.presence, self.book, session_number=self.writer.session_number)
        self.recorder = Recorder(transitions, self.book)
        self.recording = Recording(
            intake=self.intake,
            recorder=self.recorder,
            transitions=transitions,
            book=self.book,
            store=self.store,
            backend=backend,
            clock=self.clock,
            read_clocks=clocks.now,
        )
        self.obedience = Obedience(self.store, self.recording, self.book)
        self.notices = Notices(self.store, notify)
        self.usage, self.shedding = Usage(), Shedding()
        self._address = parse_address(enrolled.server)
        token, ca_file = enrolled.agent_token, enrolled.ca_file
        self._clients = [
            ServiceClient(self._address, token=token, timeout_seconds=timeout_seconds, ca_file=ca_file)
            for _ in range(2)
        ]
        self.sender = Sender(self.store, self._clients[0], uniform=random.uniform)
        self.steward = Steward(
            self.store,
            self._clients[1],
            login=enrolled.login,
            wall_us=lambda: clocks.now().wall_us,
            uniform=random.uniform,
            health=self._health,
            on_policy=self._policy_arrived,
        )
        self.controls = Controls(
            intake=self.intake,
            recording=self.recording,
            store=self.store,
            read_clocks=clocks.now,
            find_policy=self._policy,
            answer_consent=self._answer_consent,
        )
        self.standing = Standing(self)
        self.browser_port = BrowserPort(folder, self.take_browser_messages)
        self._read_clocks, self._login = clocks.now, enrolled.login
        self._stopping, self._steward_wanted, self._watch_wanted = (threading.Event() for _ in range(3))
        self.parts: list[Part] = []
        """Whoever stands before the agent (the door, the tray) adds what should run there."""
        self.watch = Watch(self._find_parts)
        self._workers = self._hire()
        self._watching = Worker("watch", self.watch.look, stopping=self._stopping, wake=self._watch_wanted)

    def run(self) -> str:
        """Captures until the end; returns why it ended. Raises BackendError when the desktop cannot be observed."""
        self._resume()
        self.backend.start(self.intake.put)
        for worker in (*self._workers, self._watching):
            worker.start()
        self.recording.on_private_ends_soon = lambda: self.notices.private_ends_soon(self._policy())
        self.recording.on_private_over = self._private_is_over
        self.recording.on_task_over = lambda: self._forget(TASK_FACT)
        try:
            return self.recording.run()
        finally:
            self.close()

    def stop(self) -> None:
        """Ends `run`. May be called from a signal handler."""
        self.intake.put(Deed(0, self.recording.stop))

    def close(self) -> None:
        for event in (self._stopping, self._steward_wanted, self._watch_wanted):
            event.set()
        self._watching.join(WATCH_ENDS_SECONDS)  # before there is something that does not run
        self.browser_port.close()
        self.backend.stop()
        for worker in self._workers:
            worker.join(2)
        for client in self._clients:
            client.close()
        self.store.close()

    def _hire(self) -> tuple[Worker, ...]:
        stopping, (sending, governing) = self._stopping, self._clients
        return (
            Worker("sender", self.sender.step, stopping=stopping, free=sending.cut, last=self._send_the_rest),
            Worker("steward", self.steward.step, stopping=stopping, wake=self._steward_wanted, free=governing.cut),
        )

    def _find_parts(self) -> Iterator[Part]:
        """All that should run now, but for the recorder, whose end is the agent's."""
        for worker in self._workers:
            yield worker.part
        yield self.browser_port.part
        yield from self.backend.parts()
        yield from self.parts

    def _send_the_rest(self) -> None:
        """At the end one more delivery, so that a signed-out person's last minutes do not wait for tomorrow."""
        if self.sender.state in {SenderState.UP_TO_DATE, SenderState.SENDING}:
            with suppress(sqlite3.Error):
                self.sender.step()

    def _resume(self) -> None:
        """What was going on when the agent last ended: the policy, private mode."""
        held = recall_policy(
            self.store,
            login=self._login,
            on_unreadable=lambda error: _log.error("The remembered policy cannot be read: %s", error),
        )
        private = self.store.find_fact(PRIVATE_FACT)
        mode = msgspec.json.decode(private, type=PrivateMode) if private else None
        if mode is not None and remaining_us(mode, self._read_clocks()) != 0:
            self.presence.private = mode
        elif mode is not None:
            self.store.put_fact(PRIVATE_FACT, None)
        elif held is not None and held.policy.settings.default_status is DefaultStatus.PRIVATE:
            self.presence.private = begin(self._read_clocks(), seconds=None)
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
        self._steward_wanted.set()

    def take_browser_messages(self, value: object, browser: str = "") -> bool:
        """What the extension in a browser says, in order with everything else. False when it is not as it should be."""
        try:
            messages = read_messages(value)
        except msgspec.ValidationError:
            return False
        for message in messages:
            now_us, wall_us = self.clock.now_us(), self._read_clocks().wall_us
            self.intake.put(observation_of(message, now_us=now_us, wall_us=wall_us, browser=browser))
        return True

    def browser_is_gone(self, voice: str) -> None:
        """The extension of one profile no longer speaks."""
        self.intake.put(BrowserGone(self.clock.now_us(), voice))

    def _forget(self, fact: str) -> None:
        """What is over by itself; a disk that refuses leaves it until the next start, which finds it over."""
        try:
            self.store.put_fact(fact, None)
        except sqlite3.Error as error:
            _log.error("It could not be written that %s is over (%s).", fact.replace("_", " "), error)

    def _private_is_over(self) -> None:
        self._forget(PRIVATE_FACT)
        self.notices.private_is_over()

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


def _close_open_task(store: SpoolStore) -> None:
    """A task left open by a crash ended at the last event of its session."""
    text = store.find_fact(TASK_FACT)
    if text is None:
        return
    task = msgspec.json.decode(text, type=OpenTask)
    sequence, last_us = store.session_end(task.session_number)
    if last_us:
        event = RawEvent(
            sequence=sequence,
            occurred_at=from_microseconds(last_us),
            kind=EventKind.TASK_STOPPED,
            task_name=task.name,
            case_id=task.case_id,
        )
        store.append(task.session_number, [spooled(event, occurred_us=last_us)], durable=True)
        _log.warning("The task %r was closed at its last event.", task.name)
    store.put_fact(TASK_FACT, None, durable=True)
