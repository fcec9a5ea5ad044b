"""Steps: timed, counted, and plain where there is no terminal."""

import io
import sys
from pathlib import Path

import pytest
from rich.console import Console

from standalone.errors import ProcessDiedError
from standalone.timeline import Timeline


def _timeline() -> tuple[Timeline, io.StringIO]:
    text = io.StringIO()
    return Timeline(Console(file=text, width=200)), text


def test_without_a_terminal_a_step_is_one_plain_line() -> None:
    timeline, text = _timeline()
    with timeline.shown(), timeline.step("Digging") as step:
        step.report(3, 10, unit="holes")
    (line,) = text.getvalue().splitlines()
    assert "Digging (0.0 s)" in line
    assert "\x1b" not in line


def test_a_step_that_fails_says_so() -> None:
    timeline, text = _timeline()
    with pytest.raises(ZeroDivisionError), timeline.step("Digging"):
        _ = 1 / 0
    assert "Digging (failed)" in text.getvalue()


def test_the_cpu_time_of_a_program_counts_for_its_step(tmp_path: Path) -> None:
    timeline, _ = _timeline()
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    with timeline.step("Busy") as step:
        step.run([sys.executable, "-c", busy], log=tmp_path / "log", environment={}, folder=tmp_path)
    assert (step.cpu_seconds or 0) > 0.25


def test_a_program_that_fails_is_named_with_its_last_words(tmp_path: Path) -> None:
    timeline, _ = _timeline()
    with (
        pytest.raises(ProcessDiedError, match=r'Install did not start .it said: "no room left".'),
        timeline.step("Install") as step,
    ):
        step.run(["/bin/sh", "-c", "echo no room left; exit 1"], log=tmp_path / "log", environment={}, folder=tmp_path)
