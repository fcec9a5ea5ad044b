"""The lake's files: what a killed writer left behind does not stay."""

from pathlib import Path

from pipelines.mining.lake.files import Lake, sole_writer


def test_the_next_writer_removes_what_a_killed_one_left_half_written(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    left_behind = lake.staged()
    left_behind.write_bytes(b"half a day of somebody's events")
    with sole_writer(lake):
        assert not left_behind.exists()
