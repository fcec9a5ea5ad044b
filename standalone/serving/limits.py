"""How long a connection may take for each thing that its client owes, and how much there may be at once.

Add a field with its unit in its name; it can then be set in the environment as `TASK_MINING_CONNECTIONS_<FIELD>`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from standalone.errors import StandaloneError

PREFIX = "TASK_MINING_CONNECTIONS_"


@dataclass(frozen=True, kw_only=True)
class ConnectionLimits:
    """Seconds are those in which the client is waited for; the time that the application takes is never counted.

    Where a body is read or an answer is taken too slowly, `least_bytes_per_second` decides after the first
    `body_seconds` or `answer_seconds`. `refused_seconds` are left to whoever still sends to read why it was refused.
    `max_body_bytes` are those of all requests together that are not answered yet.
    """

    max_count: int = 1_000
    max_count_per_address: int = 250
    handshake_seconds: float = 10
    header_seconds: float = 10
    idle_seconds: float = 5
    body_seconds: float = 20
    answer_seconds: float = 20
    refused_seconds: float = 3
    least_bytes_per_second: float = 4_000
    max_header_bytes: int = 32 * 1024
    max_body_bytes: int = 256 * 1024 * 1024

    def is_body_too_slow(self, waited_seconds: float, moved_bytes: int) -> bool:
        return waited_seconds > self.body_seconds + moved_bytes / self.least_bytes_per_second

    def is_answer_too_slow(self, waited_seconds: float, moved_bytes: int) -> bool:
        return waited_seconds > self.answer_seconds + moved_bytes / self.least_bytes_per_second

    @property
    def watching_seconds(self) -> float:
        """How often to look: often enough for the shortest of the times."""
        shortest = min(
            self.header_seconds, self.idle_seconds, self.body_seconds, self.answer_seconds, self.refused_seconds
        )
        return min(1.0, shortest / 4)


def limits_from_environment(environment: Mapping[str, str]) -> ConnectionLimits:
    """Raises StandaloneError for a variable that means nothing, and for a value that is no number above 0."""
    known = {f"{PREFIX}{field.name.upper()}": field for field in fields(ConnectionLimits)}
    given = {name: value for name, value in environment.items() if name.startswith(PREFIX) and value}
    if unknown := sorted(set(given) - set(known)):
        raise StandaloneError(f"{unknown[0]} is no setting: use one of {', '.join(sorted(known))}.")
    numbers: dict[str, Any] = {
        known[name].name: _number(name, value, is_whole=known[name].type is int) for name, value in given.items()
    }
    return ConnectionLimits(**numbers)


def _number(name: str, value: str, *, is_whole: bool) -> int | float:
    try:
        number = int(value) if is_whole else float(value)
    except ValueError:
        number = 0
    if not 0 < number < math.inf:
        raise StandaloneError(f"{name} is {value!r}: set it to a {'whole ' if is_whole else ''}number above 0.")
    return number
