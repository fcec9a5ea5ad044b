"""Holds one build of dbt models: what it reads, which partitions it writes, and the one way in which it writes them.

`dbt_build` runs the models in order; dbt does so itself where it is called by hand (`lake_plugin`).
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.mining.days.event_order import EVENT_ORDER, EventOrderError, is_in_event_order
from pipelines.mining.lake.engine import EngineLimits, copy_sql, parquet_sql
from pipelines.mining.lake.files import Lake, remove_file, replacing

PARQUET_OPTIONS = "compression lz4, parquet_version v2, dictionary_size_limit 8192"
"""A tenth more bytes than zstd with larger dictionaries, a tenth less work."""
DAYS_OPTIONS = "hive_partitioning = true, hive_types = {'day': date}"
SPANS = "build.permitted_spans"
IN_ORDER = f" order by {', '.join(EVENT_ORDER)}"


@dataclass(frozen=True, kw_only=True)
class Build:
    """`relations` are SQL by name, in the schemas `build` (small inputs) and `lake` (files)."""

    lake: Lake
    relations: Mapping[str, str]
    days: tuple[date, ...] = ()
    project_id: int | None = None
    limits: EngineLimits = field(default_factory=EngineLimits)
    sorted_again: Counter[str] = field(default_factory=Counter)
    """By dataset, the day files that came out of order and were sorted: none is expected, and none does harm."""

    def to_json(self) -> str:
        """For a build that dbt runs by itself."""
        return json.dumps(
            {
                "lake": str(self.lake.root),
                "relations": dict(self.relations),
                "days": [day.isoformat() for day in self.days],
                "project_id": self.project_id,
                "limits": asdict(self.limits),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Build":
        facts = json.loads(text)
        return cls(
            lake=Lake(Path(facts["lake"])),
            relations=facts["relations"],
            days=tuple(date.fromisoformat(day) for day in facts["days"]),
            project_id=facts["project_id"],
            limits=EngineLimits(**facts["limits"]),
        )

    def open(self, connection: Any) -> None:
        """Makes the relations visible on a DuckDB connection."""
        connection.execute("create schema if not exists lake")
        connection.execute("create schema if not exists build")
        for name, sql in self.relations.items():
            connection.execute(f"create view {name} as {sql}")

    def store_project(self, connection: Any, relation: str, *, folder: str, is_row_wise: bool) -> int:
        """Replaces the project's partition; says how many rows it has. Row-wise models are as in `store_days`."""
        if self.project_id is None:
            raise ValueError(f"{relation} is kept by project, and this build names none: say which project to build.")
        path = self.lake.project_file(folder, self.project_id)
        with self._in_order_of_input(connection, is_kept=is_row_wise), replacing(self.lake, path) as staged:
            rows = _copy(connection, f"select * from {relation}", staged)
        if is_row_wise:
            connection.execute(f"create or replace view {relation} as select * from {parquet_sql([path])}")
        return rows

    def store_days(self, connection: Any, relation: str, *, dataset: str, is_row_wise: bool) -> int:
        """Replaces the partitions of the days, removes those that came out empty; says how many rows they have.

        A row-wise model is read back from its files by those after it, in order of its events. It comes in that order
        where the tables it joins have one match at most for a row: they are probed as they are written down. Every file
        is looked at, and sorted where that did not hold.
        """
        written: list[Path] = []
        row_count = 0
        order = IN_ORDER if is_row_wise and self._joins_several_spans(connection) else ""
        with self._in_order_of_input(connection, is_kept=is_row_wise):
            for day in self.days:
                path = self.lake.day_file(dataset, day)
                of_day = f"select * exclude (day) from {relation} where day = date '{day.isoformat()}'"
                with replacing(self.lake, path) as staged:
                    rows = _copy(connection, f"{of_day}{order}", staged)
                    if is_row_wise and not is_in_event_order(staged):
                        self.sorted_again[dataset] += 1
                        _copy(connection, f"{of_day}{IN_ORDER}", staged)
                        _require_order(staged, dataset, day)
                row_count += rows
                if rows:
                    written.append(path)
                else:
                    remove_file(path)
        if is_row_wise and written:
            files = parquet_sql(written, options=DAYS_OPTIONS)
            connection.execute(f"create or replace view {relation} as select * from {files}")
        return row_count

    def _joins_several_spans(self, connection: Any) -> bool:
        """Rows that find their match later among several come later: then sorting them at once costs the least."""
        if SPANS not in self.relations:
            return False
        several = f"select 1 from {SPANS} group by workstation_user_id having count(*) > 1 limit 1"
        return bool(connection.execute(several).fetchall())

    @contextmanager
    def _in_order_of_input(self, connection: Any, *, is_kept: bool) -> Iterator[None]:
        """Rows mostly keep the order of the first table: it is probed, by one thread. With two, row groups change
        places."""
        if is_kept:
            connection.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
            connection.execute("set threads = 1")
        yield
        if is_kept:
            connection.execute("set disabled_optimizers = ''")
            connection.execute(f"set threads = {self.limits.threads}")


def _copy(connection: Any, sql: str, path: Path) -> int:
    return int(connection.execute(copy_sql(sql, path, options=PARQUET_OPTIONS)).fetchall()[0][0])


def _require_order(path: Path, dataset: str, day: date) -> None:
    if not is_in_event_order(path):
        raise EventOrderError(
            f"{dataset} of {day} was sorted and is not in order: what stands in the lake stays as it was; "
            "report it with the version of DuckDB."
        )
