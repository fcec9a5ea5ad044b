"""Names the application behind a process or a window class by its executable, and remembers it per process."""

from collections.abc import Callable

from agent.supervision.process_facts import ProcessGoneError, created, program

REMEMBERED_MAX = 256
#: Behind these stands a script: the window's class says more.
_INTERPRETERS = ("python", "java", "node", "electron", "perl", "ruby", "wine", "gjs", "bash", "sh", "mono", "dotnet")

Describe = Callable[[int], tuple[float, str]]
"""process id → (creation time, executable's file name); raises ProcessGoneError."""


def describe(pid: int) -> tuple[float, str]:
    return created(pid), program(pid)


class ApplicationNames:
    """Process ids are used again: the creation time tells whether it is still the same process."""

    def __init__(self, describe: Describe = describe) -> None:
        self._describe = describe
        self._known: dict[int, tuple[float, str]] = {}

    def name(self, pid: int | None, window_class: str) -> str:
        """ "" when nothing is known."""
        executable = self._executable(pid) if pid else ""
        if not executable or executable.startswith(_INTERPRETERS):
            return window_class or executable
        return executable

    def _executable(self, pid: int) -> str:
        known = self._known.get(pid)
        try:
            if known is not None and created(pid) == known[0]:
                return known[1]
            found = self._describe(pid)
        except ProcessGoneError:
            self._known.pop(pid, None)
            return ""
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        self._known[pid] = found
        return found[1]
