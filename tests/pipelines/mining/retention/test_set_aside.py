"""The quarantine follows the permission of the people in it."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.dates.collection_windows import CollectionWindow
from domain.losses import LossReason
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.files import Lake
from pipelines.mining.lake.quarantine import FOLDER, QuarantineNote, set_aside_rows
from pipelines.mining.retention.set_aside import purge_set_aside
from tests.fixtures.assignments import all_continuous

ALLOWS, WITHDREW, UNKNOWN = 1, 2, 77
FACTS = CollectionFacts({ALLOWS: "UTC", WITHDREW: "UTC"}, all_continuous([CollectionWindow(ALLOWS, 100, 200)]))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def set_aside(lake: Lake, instant: str, rows: list[tuple[int, int]]) -> Path:
    note = QuarantineNote(key=instant, reason=LossReason.UNSOUND_EVENT, event_count=len(rows), sentence="Left out.")
    people, instants = zip(*rows, strict=True)
    set_aside_rows(lake, note, pa.table({"workstation_user_id": pa.array(people, pa.int32()), instant: instants}))
    return lake.dataset(FOLDER) / f"{note.stem}.parquet"


def purge(lake: Lake, *, goes_unread: bool = False, is_dry_run: bool = False) -> int:
    return purge_set_aside(lake, FACTS, goes_unread=goes_unread, is_dry_run=is_dry_run)[FOLDER]


@pytest.mark.parametrize("instant", ["occurred_at", "started_us"])
def test_rows_stay_while_their_people_allow_them_and_where_nobody_knows_whose_they_are(
    lake: Lake, instant: str
) -> None:
    rows = [(ALLOWS, 100), (ALLOWS, 199), (ALLOWS, 200), (WITHDREW, 150), (UNKNOWN, 150)]
    path = set_aside(lake, instant, rows)
    assert purge(lake, is_dry_run=True) == 2
    assert pq.read_metadata(path).num_rows == len(rows)
    assert purge(lake) == 2
    kept = pq.ParquetFile(path).read()
    assert list(zip(*(kept[name].to_pylist() for name in kept.column_names), strict=True)) == [
        (ALLOWS, 100),
        (ALLOWS, 199),
        (UNKNOWN, 150),
    ]
    assert purge(lake) == 0


def test_a_file_of_which_nothing_is_left_goes(lake: Lake) -> None:
    path = set_aside(lake, "occurred_at", [(WITHDREW, 150)])
    assert purge(lake) == 1
    assert not path.exists()


def test_a_file_that_cannot_be_read_goes_with_anything_else(lake: Lake) -> None:
    path = set_aside(lake, "occurred_at", [(ALLOWS, 150)])
    path.write_bytes(b"no Parquet")
    assert purge(lake) == 0
    assert path.exists()
    assert purge(lake, goes_unread=True) == 1
    assert not path.exists()
