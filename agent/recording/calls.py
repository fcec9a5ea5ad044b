"""Notices when somebody was last in a call, or before a program that plays sound; looks while there is no input."""

from agent.capture.observations import Backend
from agent.clocks import SECOND
from agent.recording.recorder import Recorder

LOOK_EVERY_US = 5 * SECOND
"""A call's end, and so the start of idle time after it, is known to within this."""

COLLECTOR = "call"
"""By this name the configuration switches it off: calls are then idle time like any other."""


class CallWatch:
    """Used by the recorder's thread. `in_call_us` is the latest moment at which there was a call."""

    def __init__(self, backend: Backend, recorder: Recorder) -> None:
        self._backend, self._recorder = backend, recorder
        self._looked_us = 0
        self.in_call_us: int | None = None

    def look(self, *, now_us: int, idle_us: int, threshold_us: int) -> int:
        """Returns when to look again at the latest. While there is input, nobody is asked."""
        if COLLECTOR in self._recorder.disabled:
            self.in_call_us = None
            return now_us + threshold_us
        every_us = min(LOOK_EVERY_US, threshold_us // 2)
        if idle_us >= every_us and now_us - self._looked_us >= every_us:
            self._looked_us = now_us
            if self._backend.is_in_call() or self._is_audible():
                self.in_call_us = now_us
        return now_us + every_us

    def _is_audible(self) -> bool:
        """Of a page in front its browser knows better than the sound server whether it is the one that plays."""
        page = self._recorder.is_page_audible
        return self._backend.is_audible() if page is None else page
