"""Locks between processes: a file that one process at a time holds, and that a crash lets go of."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_RETRY_SECONDS = 0.02


class LockTakenError(RuntimeError):
    """Another process holds it."""


class FileLock:
    """Holds while the file is open. The file stays; it means nothing by itself."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """False when another process, or another lock of this one, holds it. Raises OSError."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @contextmanager
    def held(self, *, seconds: float) -> Iterator[None]:
        """Waits for it. Raises LockTakenError after so many seconds."""
        until = time.monotonic() + seconds
        while not self.acquire():
            if time.monotonic() > until:
                raise LockTakenError(f"Another program holds {self._path}: end it, or try again in a moment.")
            time.sleep(_RETRY_SECONDS)
        try:
            yield
        finally:
            self.release()


if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        import msvcrt  # noqa: PLC0415 - on Windows alone

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:

    def _lock(descriptor: int) -> None:
        import fcntl  # noqa: PLC0415 - everywhere but on Windows

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
