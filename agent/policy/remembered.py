"""Remembers what was decided about texts without keeping the texts: by a keyed hash of them, for this process alone."""

import os
from collections.abc import Callable
from hashlib import blake2b
from typing import Generic, TypeVar

Decided = TypeVar("Decided")


class Remembered(Generic[Decided]):
    """At most so many; then it begins anew. Used by one thread."""

    def __init__(self, *, bound: int) -> None:
        self._key = os.urandom(16)
        self._bound = bound
        self._decided: dict[bytes, Decided] = {}

    def get(self, *texts: str, decide: Callable[[], Decided]) -> Decided:
        name = self._name(texts)
        found = self._decided.get(name)
        if found is None:
            if len(self._decided) >= self._bound:
                self._decided.clear()
            found = self._decided[name] = decide()
        return found

    def _name(self, texts: tuple[str, ...]) -> bytes:
        digest = blake2b(key=self._key, digest_size=16)
        for text in texts:
            encoded = text.encode("utf-8", "surrogatepass")
            digest.update(len(encoded).to_bytes(4, "little"))
            digest.update(encoded)
        return digest.digest()
