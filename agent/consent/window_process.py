"""Opens the window of questions in a process of its own, so that the agent's memory knows nothing of windows.

The window is the command `task-mining-agent consent window`: it asks the agent what to show, and answers as a person
would at the command line.
"""

import logging
import os
import sys

COMMAND = ("-m", "agent.command", "consent", "window")
_log = logging.getLogger(__name__)


class WindowProcess:
    """Used by the recorder's thread. One window at a time; a desktop without windows shows none."""

    def __init__(self) -> None:
        self._pid: int | None = None

    def open(self) -> bool:
        """Whether a window is open, or opens now; must not wait."""
        if self._is_open():
            return True
        if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
            return False
        try:
            if sys.platform == "win32":
                arguments = (f'"{sys.executable}"', *COMMAND)
                os.spawnv(os.P_NOWAIT, sys.executable, arguments)  # noqa: S606 - our own command
            else:
                self._pid = os.posix_spawn(sys.executable, (sys.executable, *COMMAND), os.environ)
        except OSError as error:
            _log.warning("The window that asks for consent cannot be opened (%s): use the command.", error)
            return False
        return True

    def _is_open(self) -> bool:
        """Takes note of one that has ended."""
        if self._pid is None or sys.platform == "win32":
            return False
        try:
            ended, _ = os.waitpid(self._pid, os.WNOHANG)
        except ChildProcessError:
            ended = self._pid
        if ended:
            self._pid = None
        return not ended
