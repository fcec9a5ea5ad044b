"""The tray of a running agent: follows how it stands, and does what is chosen as the command would.

What is offered belongs to `tray.menu`, how a desktop shows it to the icons that `tray.choosing` lists.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from agent.control.requests import Request
from agent.control.status import StatusReport
from agent.control.wording import tell_status
from agent.tray.choosing import TrayIcon
from agent.tray.menu import TrayState, tray_state_of

if TYPE_CHECKING:
    from agent.runner import Agent

TITLE = "Task Mining"


class Tray:
    """`look` is called by the recorder after every round; `answer` is the control door's."""

    def __init__(self, agent: "Agent", icon: TrayIcon, answer: Callable[[Request], dict[str, Any]]) -> None:
        self._agent, self._icon, self._answer = agent, icon, answer
        self._shown: TrayState | None = None
        icon.begin(self._chosen)

    def look(self) -> None:
        standing = tray_state_of(self._agent)
        if standing != self._shown:
            self._shown = standing
            self._icon.show(standing)

    def _chosen(self, words: Sequence[str]) -> None:
        """In a thread of its own: the answer waits for the recorder."""
        threading.Thread(target=self._do, args=(words,), name="tray-deed", daemon=True).start()

    def _do(self, words: Sequence[str]) -> None:
        from agent.control.arguments import parser, request_of  # noqa: PLC0415 - argparse, when it is first wanted

        answer = self._answer(request_of(parser().parse_args(words)))
        if "error" in answer:
            self._tell(str(answer["error"]))
        elif words[0] == "status":
            self._tell("\n".join(tell_status(msgspec.convert(answer["ok"], StatusReport))))
        elif words[:2] == ("task", "start") and answer["ok"]:
            self._tell(str(answer["ok"]))

    def _tell(self, text: str) -> None:
        if not self._icon.tell(TITLE, text):
            self._agent.notices.tell(TITLE, text)
