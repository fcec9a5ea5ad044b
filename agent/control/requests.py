"""Lists what can be asked at the control socket, and who answers it. Add a request here."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from agent.consent.book import ConsentBookError
from agent.consent.questions import facts_of, open_questions, title_of
from agent.control.controls import ConsentGiven
from agent.control.errors import ControlError
from agent.control.wording import tell_count, tell_private
from agent.presence.private_mode import SECONDS_MAX, PrivateMode, remaining_us

if TYPE_CHECKING:
    from agent.runner import Agent

Request = dict[str, Any]
MINUTES_MAX = SECONDS_MAX // 60


def answer_requests(agent: "Agent") -> Callable[[Request], dict[str, Any]]:
    """A function from a request `{"ask": word, …}` to `{"ok": …}` or `{"error": sentence}`.

    What was done is told in sentences, `{"said": [...]}`, the last of which says how it stands now.
    """
    controls = agent.controls
    told: dict[str, Callable[[Request], list[str]]] = {
        "private on": lambda request: _private_on(agent, _minutes(request)),
        "private extend": lambda request: _private_extended(agent, _minutes(request)),
        "private off": lambda request: [
            "Private mode is off." if controls.private_off() else "Private mode was off already."
        ],
        "task start": lambda request: _task_started(agent, request),
        "task stop": lambda request: _task_stopped(agent),
        "workstation confirm": lambda request: [agent.settle_enrolment(_number(request), is_confirmed=True)],
        "workstation refuse": lambda request: [agent.settle_enrolment(_number(request), is_confirmed=False)],
        "consent": lambda request: _consent_told(
            controls.answer_consent(
                is_accepted=request.get("is_accepted") is True, approval_id=request.get("approval_id")
            ),
            is_accepted=request.get("is_accepted") is True,
        ),
    }
    actions: dict[str, Callable[[Request], object]] = {
        "ping": lambda request: "here",
        "status": lambda request: agent.status.report(),
        "own window": lambda request: agent.backend.own.add_process(_number(request)),
        "consent window": lambda request: agent.consent_window.open(),
        "consent questions": lambda request: _questions(agent),
        "consents changed": lambda request: controls.look_at_answers(),
        "task list": lambda request: controls.list_tasks(),
        "browser": lambda request: _browser(agent, request),
        "browser gone": lambda request: agent.browsers.is_gone(str(request.get("profile"))),
        "browser pair": lambda request: _pair(agent),
        "browser unpair": lambda request: agent.browser_port.forget(),
        "stop": lambda request: agent.stop(),
    }

    def answer(request: Request) -> dict[str, Any]:
        word = str(request.get("ask"))
        try:
            if word in told:
                said = told[word](request)
                return {"ok": True, "said": [*said, agent.tell_now()]}
            if word in actions:
                return {"ok": msgspec.to_builtins(actions[word](request))}
        except (ControlError, ConsentBookError) as error:
            return {"error": str(error), "now": agent.tell_now()}
        return {"error": "The agent does not know this request: use the command of the same version."}

    return answer


def _browser(agent: "Agent", request: Request) -> int:
    """How many messages of the extension were taken."""
    if not agent.browsers.take(request.get("messages"), str(request.get("browser") or "")):
        raise ControlError("These are no messages of the extension: install the extension of this version.")
    return 1


def _pair(agent: "Agent") -> str:
    try:
        return agent.browser_port.open().code
    except OSError as error:
        raise ControlError(f"No port can be opened for the browser ({error}): free one and pair again.") from error


def _number(request: Request) -> int:
    number = request.get("number")
    if not isinstance(number, int):
        raise ControlError("Name the agent by its number: `task-mining-agent status` lists those that ask.")
    return number


def _minutes(request: Request) -> int | None:
    """None when nothing was said. Raises ControlError for what is no length that can be granted."""
    said = request.get("minutes")
    if said is None:
        return None
    text = str(said).strip()
    minutes = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 0 < minutes <= MINUTES_MAX:
        raise ControlError(
            f"Private mode lasts from 1 to {MINUTES_MAX:,} whole minutes (a day), not {text[:20]!r}: "
            "nothing was changed. Say for example `task-mining-agent private on 30`."
        )
    return minutes


def _private_on(agent: "Agent", minutes: int | None) -> list[str]:
    was_private = agent.controls.private is not None
    mode = agent.controls.private_on(minutes)
    if not was_private:
        agent.notices.private_began(agent.policy(), tell_private(_left_us(agent, mode)))
        return ["Private mode is on. Only its start and end are recorded."]
    asked_us = minutes * 60_000_000 if minutes is not None else None
    left_us = _left_us(agent, mode)
    if asked_us is not None and (left_us is None or left_us > asked_us + 1_000_000):
        return [
            f"Private mode was on already and lasts longer than {tell_count(minutes or 0, 'minute')}: "
            "it is not shortened. End it with `task-mining-agent private off`."
        ]
    return ["Private mode was on already. Only its start and end are recorded."]


def _private_extended(agent: "Agent", minutes: int | None) -> list[str]:
    left_us = _left_us(agent, agent.controls.private_extend(minutes))
    if left_us is None:
        return ["Private mode has no end that could be extended: it lasts until you end it."]
    is_bounded = left_us > (SECONDS_MAX - 1) * 1_000_000
    return ["Private mode is extended." + (" It lasts a day at most from now." if is_bounded else "")]


def _left_us(agent: "Agent", mode: PrivateMode) -> int | None:
    return remaining_us(mode, agent.read_clocks())


def _task_started(agent: "Agent", request: Request) -> list[str]:
    task, instructions = agent.controls.start_task(str(request.get("name")), str(request.get("case_id") or ""))
    hours = agent.recording.settings.task_limit_seconds / 3600
    said = (
        f"The task “{task.name}” is started; it ends with `task-mining-agent task stop`, after {hours:g} hours at most."
    )
    return [said, *([instructions] if instructions else [])]


def _task_stopped(agent: "Agent") -> list[str]:
    agent.controls.stop_task()
    return ["The task is stopped."]


def _consent_told(given: ConsentGiven, *, is_accepted: bool) -> list[str]:
    names = ", ".join(given.names)
    if is_accepted:
        return [f"You accepted: {names}. Recording begins when the server has confirmed it."]
    deleted = f"{tell_count(given.deleted_count, 'event')} that waited {'was' if given.deleted_count == 1 else 'were'}"
    return [
        f"You declined: {names}. Nothing more is recorded for it, and nothing of it is sent.",
        *([f"{deleted} deleted; `task-mining-agent captured` shows when."] if given.deleted_count else []),
    ]


def _questions(agent: "Agent") -> list[dict[str, object]]:
    """What waits for an answer, in the words in which it is asked."""
    policy = agent.policy()
    assignments = policy.assignments if policy is not None else ()
    asked = open_questions(assignments, agent.book.answers(), now_us=agent.times.server_now_us())
    return [
        {"number": each.approval_id, "title": title_of(each), "text": each.consent_text, "facts": facts_of(each)}
        for each in asked
    ]
