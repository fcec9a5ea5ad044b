"""What can be wrong with a recording, named with the file, the line and the remedy.

What ingestion refuses is told by `delivery`.
"""

from pathlib import Path

from standalone.errors import StandaloneError


class UnreadableRecordingError(StandaloneError):
    """A recording cannot be understood; nothing of it was sent."""

    def __init__(self, path: Path, line: int, what: str, remedy: str) -> None:
        super().__init__(f"{path}, line {line}: {what}. Nothing was imported: {remedy}.")
        self.line = line
