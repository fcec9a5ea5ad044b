"""A part of the agent that should always run: how it is asked whether it does, and how it is begun anew.

When they are asked, and what is said of one that does not run, belongs to `watch`.
"""

import time
from collections.abc import Callable

import msgspec

PATIENCE_SECONDS = 10.0
"""A loop that has not turned for so long since it was asked to hangs: a busy machine is slower than an idle one."""


class Part(msgspec.Struct, frozen=True):
    """`is_well` must not wait; `begin_anew` raises when it is not possible. `capabilities` are missing meanwhile."""

    name: str
    is_well: Callable[[], bool]
    begin_anew: Callable[[], None]
    capabilities: tuple[str, ...] = ()


class Beat:
    """Whether a loop still turns: asked by whoever watches, answered by the loop itself."""

    def __init__(self, read_seconds: Callable[[], float] = time.monotonic) -> None:
        self._read_seconds = read_seconds
        self._asked: float | None = None

    def answer(self) -> None:
        self._asked = None

    def ask(self, ask: Callable[[], object]) -> bool:
        """False when it hangs. `ask` wakes the loop and must not wait; the answer counts when this is called again."""
        asked = self._asked
        if asked is None:
            self._asked = self._read_seconds()
        ask()
        return asked is None or self._read_seconds() - asked < PATIENCE_SECONDS
