"""A damaged file is told from a machine that does not let anybody read."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.mining.lake.readable import read_or_none, row_count


def test_columns_that_are_asked_for_are_read_in_that_order(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1, 2], "b": ["x", "y"]}), tmp_path / "whole.parquet")
    table = read_or_none(tmp_path / "whole.parquet", ["b", "a"])
    assert table is not None
    assert (table.column_names, table.num_rows, row_count(tmp_path / "whole.parquet")) == (["b", "a"], 2, 2)


@pytest.mark.parametrize("content", [b"", b"no Parquet", b"PAR1" + bytes(40) + b"PAR1"])
def test_a_file_that_is_no_parquet_gives_nothing_and_counts_for_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.parquet"
    path.write_bytes(content)
    assert read_or_none(path) is None
    assert row_count(path) == 1


def test_a_file_that_lacks_a_column_gives_nothing(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "narrow.parquet")
    assert read_or_none(tmp_path / "narrow.parquet", ["a", "b"]) is None


def test_an_error_of_the_machine_is_passed_on(tmp_path: Path) -> None:
    """As a full disk or a folder without permission gives one: with its number."""
    for read in (read_or_none, row_count):
        with pytest.raises(OSError, match="missing"):
            read(tmp_path / "missing.parquet")
