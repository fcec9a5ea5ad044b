"""Files are read and written wherever somebody keeps them: an apostrophe in a folder's name is part of the name."""

from pathlib import Path

from pipelines.mining.lake.engine import copy_sql, open_engine, parquet_sql


def test_a_file_below_a_folder_with_an_apostrophe_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "O'Brien's files" / "numbers.parquet"
    path.parent.mkdir()
    with open_engine() as engine:
        engine.execute(copy_sql("select range as number from range(3)", path, options="compression lz4"))
        found = engine.execute(f"select number from {parquet_sql([path])} order by number").fetchall()
    assert found == [(0,), (1,), (2,)]
