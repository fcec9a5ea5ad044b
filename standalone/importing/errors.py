"""The error of a recording that cannot be read: file, line, fault, remedy."""

from pathlib import Path

from standalone.errors import StandaloneError


class UnreadableRecordingError(StandaloneError):
    """A recording cannot be understood; nothing of it was sent. `more` counts the faulty rows after the named one."""

    def __init__(self, path: Path, line: int, what: str, remedy: str, *, more: int = 0) -> None:
        others = f" (and {more:,} more {'row' if more == 1 else 'rows'} after it)" if more else ""
        super().__init__(f"{path}, line {line}: {what}{others}. Nothing was imported: {remedy}.")
        self.path, self.line, self.what, self.remedy = path, line, what, remedy
