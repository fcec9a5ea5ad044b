"""Writes the agent's log: bounded files, the newest without a number.

`logging.handlers` would bring pickle and a megabyte. Only words and counts are logged, nothing that was captured.
"""

import logging
from pathlib import Path

LOG_BYTES, LOG_FILES = 1_000_000, 3


class RotatingLog(logging.FileHandler):
    """`agent.log`, `agent.log.1` … Raises OSError where it cannot be opened."""

    def __init__(self, path: Path, *, bytes_max: int = LOG_BYTES, files_kept: int = LOG_FILES) -> None:
        super().__init__(path, encoding="utf-8")
        self._path, self._bytes_max, self._files_kept = path, bytes_max, files_kept

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if self.stream is not None and self.stream.tell() >= self._bytes_max:
                self._rotate()
        except (OSError, ValueError):
            self.handleError(record)
        super().emit(record)

    def _rotate(self) -> None:
        self.close()
        for number in range(self._files_kept - 1, 0, -1):
            older = self._numbered(number)
            if older.exists():
                older.replace(self._numbered(number + 1))
        self._path.replace(self._numbered(1))
        self.stream = self._open()

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")
