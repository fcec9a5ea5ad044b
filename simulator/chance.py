"""The one source of chance: streams of numbers that depend on the seed and on names, never on the clock."""

from hashlib import blake2b
from random import Random
from uuid import UUID

import numpy as np


def _seed(parts: tuple[object, ...]) -> int:
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=8).digest(), "little")


def stream(*parts: object) -> Random:
    """A stream of its own for every tuple of names and numbers."""
    return Random(_seed(parts))  # noqa: S311 - a simulation must be repeatable, not secret


def fast_stream(*parts: object) -> np.random.Generator:
    """The same for whole columns of numbers."""
    return np.random.Generator(np.random.PCG64(_seed(parts)))


def session_id(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)
