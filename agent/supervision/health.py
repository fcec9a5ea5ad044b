"""Measures the agent: CPU and memory, and whether it should spare the machine. Measuring costs next to nothing."""

import time

from agent.supervision.process_facts import own_memory_bytes

SHED_ABOVE_PERCENT = 5.0
RESUMED_BELOW_PERCENT = 2.0
JUDGED_SECONDS = 50.0


class Usage:
    """This process's CPU use between two looks, and its memory."""

    def __init__(self) -> None:
        self._cpu_seconds = time.process_time()
        self._at = time.monotonic()

    def look(self) -> tuple[float, float]:
        """(percent of one core, seconds) since the last look."""
        now, used = time.monotonic(), time.process_time()
        passed, spent = now - self._at, used - self._cpu_seconds
        self._at, self._cpu_seconds = now, used
        return 100.0 * spent / max(passed, 1e-3), passed

    def memory_bytes(self) -> int:
        return own_memory_bytes()


class Shedding:
    """Gives up element look-ups above the limit for a minute, and takes them up again well below it."""

    def __init__(self) -> None:
        self.is_shed = False

    def judge(self, cpu_percent: float, *, over_seconds: float) -> bool:
        """Whether look-ups should be off. Less than a minute (the start of the agent) decides nothing."""
        if over_seconds < JUDGED_SECONDS:
            return self.is_shed
        if cpu_percent > SHED_ABOVE_PERCENT:
            self.is_shed = True
        elif cpu_percent < RESUMED_BELOW_PERCENT:
            self.is_shed = False
        return self.is_shed
