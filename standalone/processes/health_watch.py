"""A process that asks the others for their health and restarts one that runs but no longer answers.

supervisord itself restarts those that have ended.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable

from standalone.processes.health import is_healthy
from standalone.processes.supervised import SupervisedProcess, supervised_processes
from standalone.processes.supervision import Supervision
from standalone.settings import Settings, settings_from_environment

ROUND_SECONDS = 30
ROUNDS_OF_PATIENCE = 3


class HealthWatch:
    """Counts, process by process, how many rounds in a row it did not answer."""

    def __init__(
        self,
        settings: Settings,
        processes: tuple[SupervisedProcess, ...],
        *,
        supervision: Supervision,
        is_well: Callable[[SupervisedProcess, Settings], bool] = is_healthy,
    ) -> None:
        self._settings = settings
        self._processes = processes
        self._supervision = supervision
        self._is_well = is_well
        self._silent_rounds: Counter[str] = Counter()

    def look_around(self) -> list[str]:
        """One round; returns the names of those that were started again. Who has just begun is given time."""
        states = self._supervision.states()
        restarted = []
        for process in self._processes:
            state = states[process.name]
            is_due = state.is_running and state.uptime_seconds > process.start_seconds
            if not is_due or self._is_well(process, self._settings):
                self._silent_rounds[process.name] = 0
                continue
            self._silent_rounds[process.name] += 1
            if self._silent_rounds[process.name] >= ROUNDS_OF_PATIENCE:
                self._silent_rounds[process.name] = 0
                self._supervision.stop(process)
                self._supervision.start(process)
                restarted.append(process.name)
        return restarted


def main() -> None:
    settings = settings_from_environment()
    watch = HealthWatch(settings, supervised_processes(settings), supervision=Supervision(settings))
    while True:
        time.sleep(ROUND_SECONDS)
        for name in watch.look_around():
            sys.stdout.write(f"{name} did not answer {ROUNDS_OF_PATIENCE} times in a row and was started again.\n")


if __name__ == "__main__":
    main()
