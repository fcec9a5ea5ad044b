"""The tray of a running agent: follows how it stands, and does what is chosen as the command would.

What is offered belongs to `tray.menu`, the desktop's protocol to `tray.notifier`.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from agent.command_words import parser, request_of
from agent.control_requests import Request
from agent.standing import StatusReport
from agent.telling import tell_status
from agent.tray.menu import TrayStanding, standing_of
from agent.tray.notifier import TrayNotifier

if TYPE_CHECKING:
    from agent.runner import Agent

Show = Callable[[TrayNotifier], None]
"""Lets the face appear on the desktop; a desktop without a tray does nothing."""


class Tray:
    """`look` is called by the recorder after every round; `answer` is the control door's."""

    def __init__(self, agent: "Agent", show: Show, answer: Callable[[Request], dict[str, Any]]) -> None:
        self._agent, self._show, self._answer = agent, show, answer
        self._shown: TrayStanding | None = None
        self._notifier = TrayNotifier(self._chosen)

    def look(self) -> None:
        standing = standing_of(self._agent)
        if standing != self._shown:
            self._shown = standing
            self._notifier.change(standing)
            self._show(self._notifier)

    def _chosen(self, words: Sequence[str]) -> None:
        """In a thread of its own: the answer waits for the recorder."""
        threading.Thread(target=self._do, args=(words,), name="tray-deed", daemon=True).start()

    def _do(self, words: Sequence[str]) -> None:
        answer = self._answer(request_of(parser().parse_args(words)))
        if "error" in answer:
            self._agent.notices.tell("Task Mining", str(answer["error"]))
        elif words[0] == "status":
            report = msgspec.convert(answer["ok"], StatusReport)
            self._agent.notices.tell("Task Mining", "\n".join(tell_status(report)))
        elif words[:2] == ("task", "start") and answer["ok"]:
            self._agent.notices.tell("Task Mining", str(answer["ok"]))
