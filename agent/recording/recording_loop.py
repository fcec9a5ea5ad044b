"""The recording thread: takes what was seen, lets time pass, commits. Everything that decides runs here, in order."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from agent.capture.observations import Backend
from agent.clocks import SECOND, Instant, SessionClock, slept_us
from agent.presence.private_mode import PrivateMode, ends_soon_us, remaining_us
from agent.recording.calls import CallWatch
from agent.recording.draft_queue import DraftQueue
from agent.recording.intake import Intake
from agent.recording.recorder import Recorder
from agent.recording.transitions import Transitions
from agent.spool.store import DAY_US, SpoolStore
from agent.spool.upkeep import expire
from domain.losses import LossReason
from domain.policies import AgentSettings

HOUSEKEEPING_US = 300 * SECOND
WAIT_MAX_US = 60 * SECOND
SIGHT_US = 2 * SECOND
SLEEP_NOTICED_US = 5 * SECOND
TAKEN_AT_ONCE = 500

_log = logging.getLogger(__name__)


class Endings(Protocol):
    """Hears of what ends by itself."""

    def private_ends_soon(self) -> None: ...

    def private_is_over(self) -> None: ...

    def task_is_over(self) -> None: ...

    def look(self) -> None:
        """After every round: what is to be said may be said now."""
        ...


class RecordingLoop:
    """`run` returns when the desktop session has ended or `stop` was called."""

    STOPPED = "stopped"
    """Why it ended when it was told to."""

    def __init__(
        self,
        *,
        intake: Intake,
        recorder: Recorder,
        transitions: Transitions,
        drafts: DraftQueue,
        store: SpoolStore,
        backend: Backend,
        clock: SessionClock,
        read_clocks: Callable[[], Instant],
        endings: Endings,
    ) -> None:
        self.intake, self.recorder, self.transitions, self.drafts = intake, recorder, transitions, drafts
        self._store, self._backend, self.clock, self._read_clocks = store, backend, clock, read_clocks
        self.settings = AgentSettings()
        """Those in force: the configuration's, as soon as a policy brings them."""
        self._call_watch, self._endings = CallWatch(backend, recorder), endings
        self._idle_due_us = self._housekeeping_due_us = 0
        self._told_end_of: PrivateMode | None = None
        self._last_look = read_clocks()
        self._stopping = threading.Event()
        self.find_server_us: Callable[[int], int] = lambda stamp_us: stamp_us
        """A stamp in the server's time, as far as that is known."""

        self.find_unseen: Callable[[], str] = lambda: ""
        """Why the window in front cannot be seen now; "" where it can."""

        self._sight_due_us = 0

    def stop(self) -> None:
        self._stopping.set()

    def run(self, after_round: Callable[[], None] = lambda: None) -> str:
        """Records until the end and says why it ended. `after_round` is called here, and must not wait."""
        while not self._stopping.is_set() and self.recorder.ended_because is None:
            self.run_once()
            after_round()
        reason = self.recorder.ended_because or self.STOPPED
        self.close()
        return reason

    def close(self) -> None:
        """The end of the session is recorded and everything is committed."""
        self.recorder.flush_keys()
        now_us = self.clock.now_us()
        self.recorder.tick(now_us + 10 * SECOND)
        self.transitions.sign_out(now_us)
        self.drafts.commit(now_us=now_us, is_last=True)

    def run_once(self) -> None:
        """Waits for the next thing to happen or to be due, and deals with it."""
        now_us = self.clock.now_us()
        observation = self.intake.take(timeout_seconds=(self._due_us(now_us) - now_us) / SECOND)
        self._notice_sleep(self.clock.now_us())  # before what was only said of it after waking
        taken = 0
        while observation is not None:
            self.recorder.handle(observation)
            taken += 1
            observation = self.intake.take(timeout_seconds=0) if taken < TAKEN_AT_ONCE else None
        self._pass_time(self.clock.now_us())

    def _due_us(self, now_us: int) -> int:
        presence = self.transitions.presence
        dues = [
            now_us + WAIT_MAX_US,
            self._idle_due_us,
            self._housekeeping_due_us,
            self.recorder.due_us(),
            self.drafts.due_us(now_us=now_us),
            presence.next_boundary_us(now_us=now_us),
            self._private_due_us(now_us),
            self._task_due_us(),
        ]
        return min(due for due in dues if due is not None)

    def _private_due_us(self, now_us: int) -> int | None:
        private = self.transitions.presence.private
        if private is None:
            return None
        due = remaining_us if private == self._told_end_of else ends_soon_us
        left_us = due(private, self._read_clocks())
        return None if left_us is None else now_us + left_us

    def _task_due_us(self) -> int | None:
        """When the recording of a task ends by itself."""
        presence, settings = self.transitions.presence, self.settings
        if presence.task is None:
            return None
        limit_us = presence.task.started_us + settings.task_limit_seconds * SECOND
        if not presence.is_locked:
            return limit_us
        return min(limit_us, presence.locked_us + settings.task_after_lock_seconds * SECOND)

    def _pass_time(self, now_us: int) -> None:
        self._notice_sleep(now_us)
        if now_us >= self._sight_due_us:
            self.transitions.presence.unseen, self._sight_due_us = self.find_unseen(), now_us + SIGHT_US
        self._end_what_is_over(now_us)
        self.transitions.observe(now_us)
        self._endings.look()
        self.recorder.tick(now_us)
        if now_us >= self._idle_due_us:
            self._look_for_idle(now_us)
        due_us = self.drafts.due_us(now_us=now_us)
        if due_us is not None and now_us >= due_us:
            self.drafts.commit(now_us=now_us)
        if now_us >= self._housekeeping_due_us:
            self._keep_house(now_us)

    def _notice_sleep(self, now_us: int) -> None:
        """Where nobody tells of sleep, the clocks do: asleep, the boot clock runs and the other does not."""
        look, former = self._read_clocks(), self._last_look
        asleep_us = slept_us(former, look)
        self._last_look = look
        if asleep_us > SLEEP_NOTICED_US and not self.transitions.presence.is_asleep:
            self.transitions.sleep(now_us - asleep_us, is_asleep=True)
            self.transitions.sleep(now_us, is_asleep=False)

    def _end_what_is_over(self, now_us: int) -> None:
        presence = self.transitions.presence
        if presence.private is not None:
            self._end_private(presence.private, now_us)
        due_us = self._task_due_us()
        if due_us is not None and now_us >= due_us:
            after_lock_us = self.settings.task_after_lock_seconds * SECOND
            is_left = presence.is_locked and now_us - presence.locked_us >= after_lock_us
            self.transitions.stop_task(presence.locked_us if is_left else now_us)
            self._endings.task_is_over()

    def _end_private(self, private: PrivateMode, now_us: int) -> None:
        now = self._read_clocks()
        if remaining_us(private, now) == 0:
            self.transitions.end_private(now_us)
            self._endings.private_is_over()
        elif private != self._told_end_of and ends_soon_us(private, now) == 0:
            self._told_end_of = private
            self._endings.private_ends_soon()

    def _look_for_idle(self, now_us: int) -> None:
        idle_us, threshold_us = self._backend.idle_us(), self.settings.idle_threshold_seconds * SECOND
        look_again_us = now_us + threshold_us
        if idle_us is not None and self.transitions.is_idle_looked_for:
            look_again_us = self._call_watch.look(now_us=now_us, idle_us=idle_us, threshold_us=threshold_us)
        due_us = self.transitions.look_for_idle(
            now_us, idle_us=idle_us, threshold_us=threshold_us, in_call_us=self._call_watch.in_call_us
        )
        self._idle_due_us = min(due_us, look_again_us)

    def follow(self, settings: AgentSettings) -> None:
        """From now on; what is under way as well, but for the length of a private mode that was granted."""
        self.settings = settings
        self.recorder.disabled = frozenset(name.casefold() for name in settings.disabled_collectors)
        self._backend.element_timeout_us = settings.element_timeout_milliseconds * 1000
        self._idle_due_us = 0

    def _keep_house(self, now_us: int) -> None:
        self._housekeeping_due_us = now_us + HOUSEKEEPING_US
        lost = self.intake.take_lost()
        try:
            kept_us = self.settings.captured_kept_days * DAY_US
            expire(self._store, now_us=self.find_server_us(now_us), kept_us=kept_us)
            if lost:
                reason = LossReason.QUEUE_FULL
                self._store.count_loss(reason, len(lost), first_us=min(lost), last_us=max(lost))
        except Exception as error:  # noqa: BLE001 - recording goes on; the writer tells of a spool in trouble
            _log.error("The spool could not be kept in order (%s).", error)
