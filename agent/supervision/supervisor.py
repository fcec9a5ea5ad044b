"""Looks whether every component runs, at the rate that is configured, and restarts what does not."""

import logging
import time
from collections.abc import Callable, Iterable

import msgspec

from agent.supervision.components import Component
from domain.policies import AgentSettings

PAUSE_MAX_SECONDS = 3_600.0
FORGIVEN_SECONDS = 600.0
"""A part that has run for so long, and for as long as its last pause, is restarted at once when it ends again."""

_log = logging.getLogger(__name__)


class _Care(msgspec.Struct):
    """`due`: not restarted before. `pause` is the next one's length, 0 while nothing was wrong lately."""

    capabilities: tuple[str, ...] = ()
    is_down: bool = False
    restart_count: int = 0
    pause: float = 0.0
    due: float = 0.0
    well_since: float = 0.0


class Supervisor:
    """`look` is called by one thread; what it found may be read by any."""

    def __init__(
        self, find_components: Callable[[], Iterable[Component]], *, read_seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._find_components, self._read_seconds = find_components, read_seconds
        self._cares: dict[str, _Care] = {}
        self.check_seconds = float(AgentSettings().restart_check_seconds)

    def look(self) -> float:
        """Returns the seconds until the next look."""
        for part in self._find_components():
            care = self._cares.get(part.name)
            if care is None:
                care = self._cares[part.name] = _Care(part.capabilities, well_since=self._read_seconds())
            if _is_well(part):
                self._found_well(part, care)
            else:
                self._found_down(part, care)
        return self.check_seconds

    def missing(self) -> dict[str, str]:
        """What is not seen because its part does not run, and the reason, in the words of capabilities."""
        down = [care for care in [*self._cares.values()] if care.is_down]
        return {name: "has ended or hangs; it is restarted" for care in down for name in care.capabilities}

    def flags(self) -> tuple[str, ...]:
        cares = [(name, care) for name, care in [*self._cares.items()] if care.restart_count]
        return tuple(
            f"{name}: {'ended or hanging, ' if care.is_down else ''}restarted {care.restart_count} times"
            for name, care in cares
        )

    def _found_well(self, part: Component, care: _Care) -> None:
        now = self._read_seconds()
        if care.is_down:
            care.is_down, care.well_since = False, now
            _log.info("The agent's part “%s” runs again.", part.name)
        elif now - care.well_since >= max(FORGIVEN_SECONDS, care.pause):
            care.pause = 0.0

    def _found_down(self, part: Component, care: _Care) -> None:
        now = self._read_seconds()
        care.is_down = True
        if care.pause and now < care.due:
            return
        care.pause = min(PAUSE_MAX_SECONDS, max(self.check_seconds, 2 * care.pause))
        care.due = now + care.pause
        care.restart_count += 1
        about = (part.name, care.restart_count, care.pause)
        try:
            part.restart()
        except Exception as error:  # noqa: BLE001 - whatever keeps it from running, it is tried again
            said = "The agent's part “%s” does not run and cannot be restarted (try %d, the next in %.0f s; %s: %s)."
            _log.error(said, *about, type(error).__name__, error)
            return
        _log.warning("The agent's part “%s” had ended or hung: restarted (%d times; not again for %.0f s).", *about)
        care.is_down, care.well_since = False, self._read_seconds()


def _is_well(part: Component) -> bool:
    try:
        return part.is_well()
    except Exception as error:  # noqa: BLE001 - a part that cannot even be asked does not run
        _log.debug("%s cannot be asked (%s: %s).", part.name, type(error).__name__, error)
        return False
