"""Changes a person's state and notes the events of it: observation, lock, sleep, private mode, task, idle."""

from agent.policy.drafts import ObservedContext
from agent.policy.gate import GateReason, observation_closed_because
from agent.presence.idle import LOOK_WHILE_IDLE_US, look
from agent.presence.private_mode import PrivateMode
from agent.presence.state import OpenTask, Presence
from agent.recording.draft_queue import DraftQueue
from domain.event_kinds import EventKind

SAID_LATE_US = 2_000_000
"""That the machine goes to sleep may be heard only when it wakes; the clocks have told of that sleep by then."""


class Transitions:
    """Used by the recorder's thread only."""

    def __init__(self, presence: Presence, drafts: DraftQueue, *, session_number: int) -> None:
        self.presence = presence
        self._drafts = drafts
        self._session_number = session_number
        self._woke_us = 0
        self.closed_because: GateReason | None = GateReason.NO_POLICY

    def observe(self, now_us: int) -> None:
        """Opens or closes the observation when the situation has changed."""
        presence = self.presence
        reason = observation_closed_because(presence.situation(), at_us=now_us)
        was_observed, self.closed_because = presence.is_observed, reason
        if reason is None and not was_observed:
            presence.is_observed = True
            presence.reopen(now_us, after=GateReason.NO_SESSION)
            presence.is_back(now_us)
            self._drafts.note(EventKind.SESSION_STARTED, now_us)
            self._resume_states(now_us)
        elif reason is not None and was_observed:
            # What ends by the clock ended at the last moment of the window; else nothing more may be said.
            if reason is GateReason.OUTSIDE_COLLECTION_WINDOW:
                ended = [p.ends_at_us for p in presence.permits or () if p.ends_at_us and p.ends_at_us <= now_us]
                last_us = max(ended, default=now_us) - 1
                self._drafts.note(EventKind.SESSION_ENDED, last_us, context=ObservedContext())
            presence.is_observed = False

    def _resume_states(self, at_us: int) -> None:
        if self.presence.is_locked:
            self._drafts.note(EventKind.LOCKED, at_us)
        if self.presence.private is not None:
            self._drafts.note(EventKind.PRIVATE_STARTED, at_us)

    def sign_out(self, at_us: int) -> None:
        self._drafts.note(EventKind.SESSION_ENDED, at_us)
        self.presence.is_observed = self.presence.is_signed_in = False

    def lock(self, at_us: int, *, is_locked: bool) -> None:
        presence = self.presence
        if is_locked == presence.is_locked:
            return
        if is_locked:
            self._drafts.note(EventKind.LOCKED, at_us)
            presence.is_locked, presence.locked_us = True, at_us
        else:
            presence.is_locked = False
            presence.reopen(at_us, after=GateReason.LOCKED)
            presence.is_back(at_us)
            self._drafts.note(EventKind.UNLOCKED, at_us)

    def sleep(self, at_us: int, *, is_asleep: bool) -> None:
        presence = self.presence
        was_said_late = is_asleep and at_us - self._woke_us < SAID_LATE_US
        if is_asleep == presence.is_asleep or was_said_late:
            return
        presence.is_asleep = is_asleep
        if is_asleep:
            self._drafts.note(EventKind.SLEPT, at_us)
            return
        self._woke_us = at_us
        self._drafts.note(EventKind.WOKE, at_us)
        presence.is_back(at_us)
        if presence.is_locked:  # waking alone would read as being active
            self._drafts.note(EventKind.LOCKED, at_us)

    def begin_private(self, mode: PrivateMode, at_us: int) -> None:
        if self.presence.private is None:
            self._drafts.note(EventKind.PRIVATE_STARTED, at_us)
        self.presence.private = mode

    def end_private(self, at_us: int) -> None:
        if self.presence.private is None:
            return
        self._drafts.note(EventKind.PRIVATE_ENDED, at_us)
        self.presence.private = None
        self.presence.reopen(at_us, after=GateReason.PRIVATE_MODE)
        self.presence.is_back(at_us)
        if self.presence.is_locked:
            self._drafts.note(EventKind.LOCKED, at_us)

    def start_task(self, name: str, case_id: str, at_us: int) -> OpenTask:
        """Stops the former one first. A targeted observation opens with the task."""
        self.stop_task(at_us)
        task = OpenTask(name, case_id, at_us, self._session_number)
        self.presence.task = task
        self.observe(at_us)
        self._drafts.note(EventKind.TASK_STARTED, at_us, task_name=name, case_id=case_id)
        return task

    def stop_task(self, at_us: int) -> None:
        task = self.presence.task
        if task is None:
            return
        self._drafts.note(EventKind.TASK_STOPPED, at_us, task_name=task.name, case_id=task.case_id)
        self.presence.task = None
        if observation_closed_because(self.presence.situation(), at_us=at_us) is GateReason.NO_OPEN_TASK:
            self.presence.task = task
            self._drafts.note(EventKind.SESSION_ENDED, at_us, task_name=task.name, case_id=task.case_id)
            self.presence.task, self.presence.is_observed = None, False
            self.closed_because = GateReason.NO_OPEN_TASK

    @property
    def is_idle_looked_for(self) -> bool:
        presence = self.presence
        is_paused = presence.is_locked or presence.is_asleep or presence.private is not None
        return presence.is_observed and not is_paused

    def look_for_idle(self, now_us: int, *, idle_us: int | None, threshold_us: int, in_call_us: int | None) -> int:
        """One look; returns when to look again."""
        presence = self.presence
        if idle_us is None or not self.is_idle_looked_for:
            return now_us + threshold_us
        step = look(
            presence.idle,
            now_us=now_us,
            idle_us=idle_us,
            threshold_us=threshold_us,
            in_call_us=in_call_us,
            not_before_us=presence.there_us,
        )
        presence.idle = step.state
        if step.transition is not None:
            kind, at_us = step.transition
            self._drafts.note(kind, at_us)
        return max(step.look_again_at_us, now_us + LOOK_WHILE_IDLE_US // 2)
