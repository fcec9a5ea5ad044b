"""A thread that takes one step after the other until the agent ends; one bad step does not end it."""

import logging
import threading
import time
from collections.abc import Callable

from agent.supervision.components import Component

STEP_SECONDS_MAX = 300.0
"""A step of a few calls, each with its own timeout, takes no longer unless somebody keeps it waiting on purpose."""

FAILED_SECONDS = 60.0
_log = logging.getLogger(__name__)


class Worker:
    """`step` returns the seconds until the next, 0 for at once; `wake` calls it earlier.

    `free` is called from another thread and lets a step that hangs fail; `last` is done when `stopping` is set.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], float],
        *,
        stopping: threading.Event,
        wake: threading.Event | None = None,
        free: Callable[[], None] = lambda: None,
        last: Callable[[], None] = lambda: None,
    ) -> None:
        self.name, self._step, self._free, self._last = name, step, free, last
        self._stopping, self._wake = stopping, wake or stopping
        self._thread: threading.Thread | None = None
        self._stepping_since: float | None = None

    def start(self) -> None:
        self._stepping_since = None
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def join(self, timeout_seconds: float) -> None:
        if self._thread is not None:
            self._thread.join(timeout_seconds)

    @property
    def component(self) -> Component:
        return Component(self.name, self.is_well, self.restart)

    def is_well(self) -> bool:
        since = self._stepping_since
        hangs = since is not None and time.monotonic() - since > STEP_SECONDS_MAX
        return self._thread is not None and self._thread.is_alive() and not hangs

    def restart(self) -> None:
        """Never two at once: one that hangs is freed, and goes on."""
        if self._thread is not None and self._thread.is_alive():
            self._free()
        else:
            self.start()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._stepping_since = time.monotonic()
            try:
                seconds = self._step()
            except Exception as error:  # noqa: BLE001 - one bad round must not end the agent
                if self._stopping.is_set():
                    break
                _log.exception("A round failed (%s); the next one is in a minute.", type(error).__name__)
                seconds = FAILED_SECONDS
            self._stepping_since = None
            if seconds and self._wake.wait(seconds) and not self._stopping.is_set():
                self._wake.clear()
        self._last()
