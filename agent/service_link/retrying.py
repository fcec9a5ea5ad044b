"""Says when to try again after a failure. Pure."""

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
