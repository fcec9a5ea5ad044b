"""The two real recordings of one person filling a web form from a spreadsheet, fifty times each."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from standalone.importing.action_logger import read_action_logger
from standalone.importing.observations import raw_events
from standalone.settings import settings_from_environment

pytestmark = pytest.mark.recordings


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = settings_from_environment({"TASK_MINING_HOME": str(tmp_path)}).recordings
    if not (folder / "Reimbursement.csv").exists():
        pytest.skip(f"NO REAL RECORDINGS in {folder}: set TASK_MINING_RECORDINGS to their folder")
    return folder


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        (
            "Reimbursement.csv",
            {
                "clicked": 1720,
                "pasted": 956,
                "element_changed": 954,
                "copied": 861,
                "window_focused": 50,
                "submitted": 50,
                "idle_started": 2,
                "idle_ended": 2,
                "session_started": 1,
                "session_ended": 1,
            },
        ),
        (
            "StudentRecord.csv",
            {
                "clicked": 999,
                "element_changed": 542,
                "pasted": 504,
                "copied": 364,
                "session_started": 1,
                "session_ended": 1,
            },
        ),
    ],
)
def test_every_row_of_a_real_recording_becomes_a_raw_event(recordings: Path, name: str, kinds: dict[str, int]) -> None:
    recording = read_action_logger(recordings / name)
    events = raw_events(recording)
    assert not recording.skipped
    assert Counter(event.kind.value for event in events) == kinds
    assert all(a.occurred_at <= b.occurred_at for a, b in pairwise(events))
    assert {event.application for event in events} == {"Chrome", "Excel"}
