"""Puts what browsers say in order with everything else that the agent observes."""

from collections.abc import Callable

import msgspec

from agent.browser.messages import observation_of, read_messages
from agent.capture.observations import BrowserGone, Emit
from agent.clocks import Instant, SessionClock


class BrowserInbox:
    """May be used from any thread. `put` takes an observation."""

    def __init__(self, put: Emit, clock: SessionClock, read_clocks: Callable[[], Instant]) -> None:
        self._put, self._clock, self._read_clocks = put, clock, read_clocks

    def take(self, messages: object, browser: str = "") -> bool:
        """Messages of the extension in a browser. False, and none is taken, when one is not as it should be."""
        try:
            read = read_messages(messages)
        except msgspec.ValidationError:
            return False
        for message in read:
            now_us, wall_us = self._clock.now_us(), self._read_clocks().wall_us
            self._put(observation_of(message, now_us=now_us, wall_us=wall_us, browser=browser))
        return True

    def is_gone(self, profile: str) -> None:
        """The extension of one profile no longer speaks."""
        self._put(BrowserGone(self._clock.now_us(), profile))
