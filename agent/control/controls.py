"""Does what the person asks of the running agent: private mode, tasks, consent.

The command and the tray use these alone. Whatever changes the recording runs in the recorder's thread.
"""

import queue
import sqlite3
from collections.abc import Callable
from typing import TypeVar

import msgspec

from agent.capture.observations import Action
from agent.clocks import Instant
from agent.consent.answering import Answering, NotKeptError
from agent.consent.questions import consent_here
from agent.control.errors import ControlError
from agent.presence.private_mode import PrivateMode, begin, extend, is_longer, remaining_us
from agent.presence.state import OpenTask
from agent.recording.intake import Intake
from agent.recording.recording_loop import RecordingLoop
from agent.recording.resuming import PRIVATE_FACT, TASK_FACT
from agent.spool.store import SpoolStore
from domain.policies import AgentPolicy, AgentSettings, ConsentState

ANSWER_SECONDS = 10.0

Value = TypeVar("Value")


class ConsentGiven(msgspec.Struct, frozen=True):
    """The names of the assignments that were answered, and how many events were deleted with a no."""

    names: tuple[str, ...]
    deleted_count: int


class Controls:
    """May be used from any thread but the recorder's own."""

    def __init__(
        self,
        *,
        intake: Intake,
        recording: RecordingLoop,
        store: SpoolStore,
        read_clocks: Callable[[], Instant],
        find_policy: Callable[[], AgentPolicy | None],
        answering: Answering,
        answered: Callable[[], None],
    ) -> None:
        self._intake, self._recording, self._store = intake, recording, store
        self._read_clocks, self._find_policy = read_clocks, find_policy
        self._answering, self._answered = answering, answered

    def in_order(self, action: Callable[[int], Value]) -> Value:
        """Runs a action among the observations and returns its result, or raises what it raised."""
        answers: queue.SimpleQueue[Value | ControlError] = queue.SimpleQueue()
        at_us = self._recording.clock.now_us()

        def do() -> None:
            try:
                answers.put(action(at_us))
            except ControlError as error:
                answers.put(error)
            except NotKeptError as error:
                answers.put(ControlError(str(error)))
            except sqlite3.Error as error:
                sentence = f"It holds, but not over a restart ({error}): free the disk or mend the folder's rights."
                answers.put(ControlError(sentence))

        self._intake.put(Action(at_us, do))
        try:
            answer = answers.get(timeout=ANSWER_SECONDS)
        except queue.Empty as error:
            raise ControlError("The agent does not answer: look into its log, or restart it.") from error
        if isinstance(answer, ControlError):
            raise answer
        return answer

    def _policy(self) -> AgentPolicy:
        policy = self._find_policy()
        if policy is None:
            raise ControlError("There is no policy from the server yet: nothing is recorded; try again in a minute.")
        return policy

    @property
    def private(self) -> PrivateMode | None:
        return self._recording.transitions.presence.private

    def private_on(self, minutes: int | None = None) -> PrivateMode:
        """What holds now: a pause that lasts longer already is never shortened.

        Also without a policy. Without a startup text in the configuration it has no timeout unless one is asked.
        """
        policy = self._find_policy()
        if policy is not None and not policy.settings.is_private_mode_allowed:
            raise ControlError("Private mode is switched off in the configuration: ask your manager or the guardian.")
        has_timeout = minutes is not None or (policy is not None and policy.notifications.private_startup != "")
        mode = begin(self._read_clocks(), seconds=self._private_seconds(minutes) if has_timeout else None)

        def action(at_us: int) -> PrivateMode:
            current = self.private
            if current is not None and is_longer(current, mode, self._read_clocks()):
                return current
            self._begin_private(mode, at_us)
            return mode

        return self.in_order(action)

    def private_extend(self, minutes: int | None = None) -> PrivateMode:
        if self._policy().notifications.private_timeout == "":
            raise ControlError("Private mode cannot be extended here: switch it on again when it is over.")

        def action(at_us: int) -> PrivateMode:
            current = self.private
            if current is None:
                raise ControlError("Private mode is off: switch it on with `task-mining-agent private on`.")
            mode = extend(current, self._read_clocks(), seconds=self._private_seconds(minutes))
            self._begin_private(mode, at_us)
            return mode

        return self.in_order(action)

    def _begin_private(self, mode: PrivateMode, at_us: int) -> None:
        self._recording.recorder.flush_keys()
        self._recording.transitions.begin_private(mode, at_us)
        self._store.put_fact(PRIVATE_FACT, msgspec.json.encode(mode).decode(), durable=True)

    def _private_seconds(self, minutes: int | None) -> int:
        """As asked; else as configured."""
        policy = self._find_policy()
        settings = policy.settings if policy is not None else AgentSettings()
        return settings.private_mode_seconds if minutes is None else minutes * 60

    def private_off(self) -> bool:
        """False when it was off already."""

        def action(at_us: int) -> bool:
            was_private = self.private is not None
            self._recording.recorder.flush_keys()
            self._recording.transitions.end_private(at_us)
            self._store.put_fact(PRIVATE_FACT, None, durable=True)
            return was_private

        return self.in_order(action)

    def private_left_us(self) -> int | None:
        """None when private mode is off or has no timeout."""
        private = self.private
        return None if private is None else remaining_us(private, self._read_clocks())

    def list_tasks(self) -> list[tuple[str, str]]:
        """(name, instructions) of the tasks that can be recorded."""
        return [(task.name, task.instructions) for task in self._policy().targeted_tasks]

    def start_task(self, name: str, case_id: str = "") -> tuple[OpenTask, str]:
        """(the open task, its instructions)."""
        known = {task.name.casefold(): task for task in self._policy().targeted_tasks}
        task = known.get(name.casefold())
        if task is None:
            names = ", ".join(each.name for each in known.values()) or "none"
            raise ControlError(f"There is no task {name!r} to record: choose one of these: {names}.")

        def action(at_us: int) -> OpenTask:
            self._recording.recorder.flush_keys()
            opened = self._recording.transitions.start_task(task.name, case_id, at_us)
            self._store.put_fact(TASK_FACT, msgspec.json.encode(opened).decode(), durable=True)
            return opened

        return self.in_order(action), task.instructions

    def stop_task(self) -> None:
        def action(at_us: int) -> None:
            if self._recording.transitions.presence.task is None:
                raise ControlError("No task is being recorded: start one with `task-mining-agent task start NAME`.")
            self._recording.recorder.flush_keys()
            self._recording.transitions.stop_task(at_us)
            self._store.put_fact(TASK_FACT, None, durable=True)

        self.in_order(action)

    def answer_consent(self, *, is_accepted: bool, approval_id: int | None = None) -> ConsentGiven:
        """Answers the assignment named, or all that wait (declining: also those accepted)."""
        answers = self._answering.book.answers()
        wanted = [
            each
            for each in self._policy().assignments
            if each.approval_id == approval_id
            or (approval_id is None and _is_meant(consent_here(each, answers), is_accepted=is_accepted))
        ]
        if not wanted:
            raise ControlError("No assignment waits for an answer: `task-mining-agent status` lists them.")
        numbers = tuple(each.approval_id for each in wanted)
        deleted_count = self.in_order(
            lambda at_us: self._answering.answer(numbers, is_accepted=is_accepted, now_us=at_us)
        )
        self._answered()
        return ConsentGiven(tuple(each.name for each in wanted), deleted_count)

    def look_at_answers(self) -> None:
        """What another agent of this person was answered is obeyed here too."""
        self.in_order(self._answering.look)


def _is_meant(consent: ConsentState, *, is_accepted: bool) -> bool:
    """By an answer without a number."""
    return consent is ConsentState.PENDING or (not is_accepted and consent is ConsentState.ACCEPTED)
