"""Follows the status of a running agent in the tray, and does what is chosen as the command would."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from agent.capture.observations import OwnSurfaceUsed, OwnUse
from agent.control.requests import Request
from agent.control.status import StatusReport
from agent.control.wording import tell_status
from agent.tray.choosing import TrayIcon
from agent.tray.menu import TrayState, tray_state_of

if TYPE_CHECKING:
    from agent.runner import Agent

TITLE = "Task Mining"


class Tray:
    """`look` is called by the recorder after every round; `answer` is the control socket's."""

    def __init__(self, agent: "Agent", icon: TrayIcon, answer: Callable[[Request], dict[str, Any]]) -> None:
        self._agent, self._icon, self._answer = agent, icon, answer
        self._shown: TrayState | None = None
        icon.begin(self._chosen, self._touched)

    def look(self) -> None:
        status = tray_state_of(self._agent)
        if status != self._shown:
            self._shown = status
            self._icon.show(status)

    def _chosen(self, words: Sequence[str]) -> None:
        """In a thread of its own: the answer waits for the recorder."""
        threading.Thread(target=self._do, args=(words,), name="tray-command", daemon=True).start()

    def _touched(self, use: OwnUse) -> None:
        """Whoever uses the icon does not work in the window in front."""
        self._agent.intake.put(OwnSurfaceUsed(self._agent.clock.now_us(), use))

    def _do(self, words: Sequence[str]) -> None:
        from agent.control.arguments import parser, request_of  # noqa: PLC0415 - argparse, when it is first wanted

        answer = self._answer(request_of(parser().parse_args(words)))
        if "error" in answer:
            self._tell(str(answer["error"]))
        elif words[0] == "status":
            self._tell("\n".join(tell_status(msgspec.convert(answer["ok"], StatusReport))))
        elif words[0] == "workstation" or words[:2] == ("task", "start"):
            self._tell("\n".join(answer["said"]))

    def _tell(self, text: str) -> None:
        if not self._icon.tell(TITLE, text):
            self._agent.notices.tell(TITLE, text)
