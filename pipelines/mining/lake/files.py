"""Names the folders and files of the lake, and writes a file whole: beside its place first, then moved there."""

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from domain.landing_files import ColumnType, is_finished

PART = "part-0.parquet"
STAGING = ".staging"
LOCK = ".lock"


@dataclass(frozen=True)
class Lake:
    """A local folder. Datasets are sub-folders, partitions hive-style folders with one file each."""

    root: Path

    def dataset(self, name: str) -> Path:
        return self.root / name

    def day_file(self, dataset: str, day: date) -> Path:
        return self.root / dataset / f"day={day.isoformat()}" / PART

    def project_file(self, dataset: str, project_id: int) -> Path:
        return self.root / dataset / f"project={project_id}" / PART

    def days(self, dataset: str) -> dict[date, Path]:
        """The days that have a file, in order."""
        found = {}
        for path in sorted(self.dataset(dataset).glob(f"day=*/{PART}")):
            found[date.fromisoformat(path.parent.name.removeprefix("day="))] = path
        return found

    def projects(self, dataset: str) -> dict[int, Path]:
        """The projects that have a file, by project id."""
        found = {}
        for path in self.dataset(dataset).glob(f"project=*/{PART}"):
            found[int(path.parent.name.removeprefix("project="))] = path
        return dict(sorted(found.items()))

    def staged(self) -> Path:
        """A fresh path to write to before a file takes its place; on the same file system as the lake."""
        folder = self.root / STAGING
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{uuid.uuid4().hex}.parquet"


def arrow_type(type_: ColumnType) -> pa.DataType:
    """The Arrow type of a column of `domain.landing_files`."""
    return pa.timestamp("us", tz="UTC") if type_ is ColumnType.INSTANT else pa.type_for_alias(type_.value)


def finished_files(folder: Path) -> list[Path]:
    """The files of lake/landing or lake/contexts that hold data, in order of their names."""
    return sorted(path for path in folder.glob("*.parquet") if is_finished(path.name))


@contextmanager
def replacing(lake: Lake, path: Path) -> Iterator[Path]:
    """Gives a staged path; when the block ends well, its file replaces `path`, durably; else nothing changes."""
    staged = lake.staged()
    try:
        yield staged
        put_in_place(staged, path)
    finally:
        staged.unlink(missing_ok=True)


def put_in_place(staged: Path, path: Path) -> None:
    """Moves a finished file to its place: file and folder are synced, readers see the old or the new file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sync(staged)
    staged.replace(path)
    _sync(path.parent)


@contextmanager
def sole_writer(lake: Lake) -> Iterator[None]:
    """Waits until no other process absorbs, builds, mines or purges in this lake; a killed process lets go.

    What it left half written is removed here: events in it would outlive every purge.
    """
    lake.root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lake.root / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        shutil.rmtree(lake.root / STAGING, ignore_errors=True)
        yield
    finally:
        os.close(descriptor)


def write_table(lake: Lake, table: pa.Table, path: Path, *, metadata: Mapping[str, str] | None = None) -> None:
    """An Arrow table as one Parquet file, replaced atomically."""
    if metadata is not None:
        table = table.replace_schema_metadata(dict(metadata))
    with replacing(lake, path) as staged:
        pq.write_table(table, staged, compression="zstd")


def remove_file(path: Path) -> int:
    """Removes a partition's file and its then empty folder; says how many rows went. 0 when there is no file."""
    if not path.exists():
        return 0
    rows = int(pq.read_metadata(path).num_rows)
    path.unlink()
    _sync(path.parent)
    if path.parent.name.partition("=")[1] and not any(path.parent.iterdir()):
        path.parent.rmdir()
    return rows


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
