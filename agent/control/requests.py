"""Lists what can be asked at the control socket, and who answers it. Add a request here."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from agent.control.controls import ControlError

if TYPE_CHECKING:
    from agent.runner import Agent

Request = dict[str, Any]


def answer_requests(agent: "Agent") -> Callable[[Request], dict[str, Any]]:
    """A function from a request `{"ask": word, …}` to `{"ok": …}` or `{"error": sentence}`."""
    controls = agent.controls
    actions: dict[str, Callable[[Request], object]] = {
        "ping": lambda request: "here",
        "status": lambda request: agent.status.report(),
        "private on": lambda request: _private(agent, controls.private_on(_minutes(request))),
        "private extend": lambda request: _private(agent, controls.private_extend(_minutes(request))),
        "private off": lambda request: controls.private_off(),
        "task list": lambda request: controls.list_tasks(),
        "task start": lambda request: controls.start_task(str(request.get("name")), str(request.get("case_id") or ""))[
            1
        ],
        "task stop": lambda request: controls.stop_task(),
        "consent": lambda request: controls.answer_consent(
            is_accepted=request.get("is_accepted") is True, approval_id=request.get("approval_id")
        ),
        "browser": lambda request: _browser(agent, request),
        "browser gone": lambda request: agent.browsers.is_gone(str(request.get("profile"))),
        "browser pair": lambda request: _pair(agent),
        "browser unpair": lambda request: agent.browser_port.forget(),
        "stop": lambda request: agent.stop(),
    }

    def answer(request: Request) -> dict[str, Any]:
        action = actions.get(str(request.get("ask")))
        if action is None:
            return {"error": "The agent does not know this request: use the command of the same version."}
        try:
            return {"ok": msgspec.to_builtins(action(request))}
        except ControlError as error:
            return {"error": str(error)}

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


def _minutes(request: Request) -> int | None:
    minutes = request.get("minutes")
    return minutes if isinstance(minutes, int) and 0 < minutes <= 24 * 60 else None


def _private(agent: "Agent", mode: object) -> object:
    held = agent.policy_application.held
    agent.notices.private_began(held.policy if held else None)
    return mode
