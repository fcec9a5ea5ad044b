"""The one ordered queue between the threads that observe and the one that records. What does not fit is counted."""

import queue
import threading

from agent.capture.observations import Observation

INTAKE_MAX = 20_000


class Intake:
    """`put` may be called from any thread and never waits; only one thread takes."""

    def __init__(self, *, bound: int = INTAKE_MAX) -> None:
        self._queue: queue.SimpleQueue[Observation] = queue.SimpleQueue()
        self._bound = bound
        self._lock = threading.Lock()
        self._lost: list[int] = []

    def put(self, observation: Observation) -> None:
        if self._queue.qsize() >= self._bound:
            with self._lock:
                self._lost.append(observation.at_us)
            return
        self._queue.put(observation)

    def take(self, *, timeout_seconds: float) -> Observation | None:
        try:
            return self._queue.get(timeout=max(0.0, timeout_seconds))
        except queue.Empty:
            return None

    def take_lost(self) -> list[int]:
        """When what did not fit was seen, since the last call."""
        with self._lock:
            lost, self._lost = self._lost, []
        return lost

    def __len__(self) -> int:
        return self._queue.qsize()
