"""Says when to try again after a failure, and how far the local clock is from the server's. Pure."""

from collections import deque
from collections.abc import Callable

BASE_SECONDS = 1.0
CAP_SECONDS = 300.0
_EXPONENT_MAX = 16


class Backoff:
    """Full jitter: uniform between 0 and the doubled ceiling, so that agents do not return all at once."""

    def __init__(self, uniform: Callable[[float, float], float]) -> None:
        self._uniform = uniform
        self.failure_count = 0

    def succeeded(self) -> None:
        self.failure_count = 0

    def failed(self, *, retry_after_seconds: float | None = None) -> float:
        """Seconds to wait. What the server asks for is a floor; the jitter is added to it."""
        ceiling = min(CAP_SECONDS, BASE_SECONDS * 2 ** min(self.failure_count, _EXPONENT_MAX))
        self.failure_count += 1
        return (retry_after_seconds or 0.0) + self._uniform(0.0, ceiling)


class ClockSkew:
    """Median of the last looks at the server's clock: positive when the server is ahead."""

    def __init__(self) -> None:
        self._looks: deque[int] = deque(maxlen=9)

    def look(self, *, server_us: int, sent_us: int, received_us: int) -> None:
        self._looks.append(server_us - (sent_us + received_us) // 2)

    @property
    def skew_us(self) -> int | None:
        return sorted(self._looks)[len(self._looks) // 2] if self._looks else None
