"""A component of the agent that should always run: how it is asked whether it does, and how it is restarted.

Whatever has a thread or a connection offers one; `supervisor` asks them all.
"""

import time
from collections.abc import Callable

import msgspec

PATIENCE_SECONDS = 10.0
"""A loop that has not turned for so long since it was asked to hangs: a busy machine is slower than an idle one."""


class Component(msgspec.Struct, frozen=True):
    """`is_well` must not wait; `restart` raises when it is not possible. `capabilities` are missing meanwhile."""

    name: str
    is_well: Callable[[], bool]
    restart: Callable[[], None]
    capabilities: tuple[str, ...] = ()


class LoopCheck:
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
