"""The quarantine: told of once, kept for a while, and gone after that."""

import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.losses import LossReason
from pipelines.mining.lake import quarantine
from pipelines.mining.lake.files import Lake
from pipelines.mining.lake.quarantine import FOLDER, QuarantineNote, purge_quarantine, set_aside_rows, tell_notes

NOTE = QuarantineNote(
    key="000001.parquet", reason=LossReason.UNKNOWN_PERSON, event_count=3, sentence="Nobody knows user 77: ask."
)
ROWS = pa.table({"workstation_user_id": [77, 77, 77]})


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def told(lake: Lake) -> list[str]:
    return [note.key for note in tell_notes(lake, lambda _: None)]


def test_a_note_is_told_once_however_often_the_same_is_set_aside(lake: Lake) -> None:
    assert told(lake) == []
    set_aside_rows(lake, NOTE, ROWS)
    set_aside_rows(lake, NOTE, ROWS)
    assert told(lake) == [NOTE.key]
    set_aside_rows(lake, NOTE, ROWS)
    assert told(lake) == []


def test_a_note_that_could_not_be_told_waits(lake: Lake) -> None:
    def refuse(_: QuarantineNote) -> None:
        raise ConnectionError

    set_aside_rows(lake, NOTE, ROWS)
    with pytest.raises(ConnectionError):
        tell_notes(lake, refuse)
    assert told(lake) == [NOTE.key]


def test_what_was_set_aside_is_kept_for_a_while_and_purged_then(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    set_aside_rows(lake, NOTE, ROWS)
    (kept,) = lake.dataset(FOLDER).glob("*.parquet")
    assert pq.read_table(kept).equals(ROWS)
    told(lake)
    assert purge_quarantine(lake, is_dry_run=False) == {FOLDER: 0}
    later = time.time() + quarantine.KEPT_DAYS * quarantine.DAY_S + 1
    monkeypatch.setattr("time.time", lambda: later)
    assert purge_quarantine(lake, is_dry_run=True) == {FOLDER: 3}
    assert kept.exists()
    assert purge_quarantine(lake, is_dry_run=False) == {FOLDER: 3}
    assert list(lake.dataset(FOLDER).iterdir()) == []
    assert purge_quarantine(lake, is_dry_run=False) == {FOLDER: 0}


def test_the_purge_keeps_a_note_that_governance_does_not_know_yet(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    set_aside_rows(lake, NOTE, ROWS)
    later = time.time() + quarantine.KEPT_DAYS * quarantine.DAY_S + 1
    monkeypatch.setattr("time.time", lambda: later)
    purge_quarantine(lake, is_dry_run=False)
    assert not list(lake.dataset(FOLDER).glob("*.parquet"))
    assert told(lake) == [NOTE.key]
