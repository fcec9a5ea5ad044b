"""The log is bounded: the newest lines are kept, in as many files as were allowed."""

import logging
from pathlib import Path

from agent.supervision.rotating_log import RotatingLog


def test_the_newest_lines_are_kept_in_bounded_files(tmp_path: Path) -> None:
    log = RotatingLog(tmp_path / "agent.log", bytes_max=100, files_kept=2)
    for number in range(100):
        log.emit(logging.LogRecord("agent", logging.INFO, "", 0, f"line {number}", None, None))
    log.close()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["agent.log", "agent.log.1", "agent.log.2"]
    assert all(path.stat().st_size < 200 for path in tmp_path.iterdir())
    newest = (tmp_path / "agent.log.1").read_text() + (tmp_path / "agent.log").read_text()
    assert newest.endswith("line 99\n")
