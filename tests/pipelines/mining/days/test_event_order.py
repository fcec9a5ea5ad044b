"""Whether a file is in order of events: as Python's own sorting says, however the file is cut into batches."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.mining.days import event_order
from pipelines.mining.days.event_order import EVENT_ORDER, is_in_event_order

SCHEMA = pa.schema([(EVENT_ORDER[0], pa.int32()), *((name, pa.int64()) for name in EVENT_ORDER[1:])])
#: Few values, so that rows tie in all but the last column.
EVENTS = st.lists(st.tuples(*[st.integers(0, 2)] * 4), max_size=12)


def write(events: list[tuple[int, ...]], path: Path) -> None:
    columns = list(zip(*events, strict=True)) if events else [()] * len(SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    pq.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA), path, row_group_size=5)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("order") / "events.parquet"


@given(events=EVENTS, batch_rows=st.integers(1, 13), is_sorted=st.booleans())
def test_a_file_is_in_order_where_sorting_its_rows_changes_nothing(
    path: Path, events: list[tuple[int, ...]], batch_rows: int, is_sorted: bool
) -> None:
    rows = sorted(events) if is_sorted else events
    write(rows, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_order, "BATCH_ROWS", batch_rows)
        assert is_in_event_order(path) == (rows == sorted(rows))


@pytest.mark.parametrize("column", range(4))
def test_two_rows_in_the_wrong_places_are_seen_in_each_column(path: Path, column: int) -> None:
    rows = [tuple(2 if place == column else 1 for place in range(4)), (1, 1, 1, 1)]
    write(rows, path)
    assert not is_in_event_order(path)
    write(rows[::-1], path)
    assert is_in_event_order(path)
