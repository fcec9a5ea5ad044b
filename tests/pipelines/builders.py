"""Builds what tests of the pipelines need: landed events, facts, and dbt with one shared cache of what it compiled."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from domain.contexts import Context
from domain.dates.collection_windows import CollectionWindow
from domain.event_batches import AgentSession, to_microseconds
from domain.event_filters.rules import EventFilter
from domain.event_kinds import CODE_BY_KIND
from domain.landing_files import CONTEXTS_FOLDER, LANDING_FOLDER
from domain.raw_events import RawEvent
from pipelines.mining.facts.collection import CollectionFacts, LandedFile
from pipelines.mining.lake.engine import EngineLimits
from pipelines.mining.lake.files import Lake
from pipelines.mining.raw_events.landed_days import landing_names
from pipelines.resources.dbt_build import DbtBuilder
from tests.fixtures.assignments import all_continuous
from tests.fixtures.generated_landing import LANDING_SCHEMA

DBT_TARGET = Path(__file__).parents[2] / ".pytest_cache" / "dbt"
"""What dbt compiled, once for all tests of this checkout."""


def dbt_builder(target: str = "streaming") -> DbtBuilder:
    """With what all tests of this checkout share."""
    return DbtBuilder(target_folder=DBT_TARGET, target=target, limits=EngineLimits(threads=1, memory_limit="500MB"))


class Landing:
    """Writes landing files and contexts as ingestion does, and remembers which are committed."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.files: list[LandedFile] = []

    def add(self, workstation_user_id: int, session: AgentSession, events: Sequence[RawEvent]) -> LandedFile:
        rows = [
            {
                "session_key": session.key,
                "workstation_user_id": workstation_user_id,
                "sequence": event.sequence,
                "occurred_at": event.occurred_at,
                "kind": CODE_BY_KIND[event.kind],
                "context_key": event.context.key,
                "source": 3,
                "key_count": event.key_count,
                "value_length": event.value_length,
                "element_role": event.element_role,
                "element_name": event.element_name,
                "element_id": event.element_id,
                "task_name": event.task_name,
                "case_id": event.case_id,
            }
            for event in events
        ]
        name = f"{len(self.files):04d}.parquet"
        self._write_contexts(name, {event.context for event in events})
        path = self.lake.dataset(LANDING_FOLDER) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=LANDING_SCHEMA), path)
        times = [to_microseconds(event.occurred_at) for event in events]
        file = LandedFile(name=name, first_us=min(times), last_us=max(times), event_count=len(rows))
        self.files.append(file)
        return file

    def _write_contexts(self, name: str, contexts: Iterable[Context]) -> None:
        rows = [
            {
                "context_key": each.key,
                "application": each.application,
                "window_title": each.window_title,
                "url": each.url,
            }
            for each in contexts
        ]
        path = self.lake.dataset(CONTEXTS_FOLDER) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows), path)


def collection_facts(
    landing: Landing,
    *,
    time_zones: dict[int, str],
    windows: Iterable[CollectionWindow] | None = None,
    event_filters: tuple[EventFilter, ...] = (),
) -> CollectionFacts:
    """Everybody has consented to everything unless `windows` says otherwise."""
    allowed = tuple(CollectionWindow(person, 0) for person in time_zones) if windows is None else tuple(windows)
    committed = tuple(landing.files)
    uncommitted = set(landing_names(landing.lake)) - {file.name for file in committed}
    return CollectionFacts(
        time_zones,
        all_continuous(allowed),
        committed,
        event_filters,
        uncommitted_files=tuple(sorted(uncommitted)),
    )


def read_dataset(lake: Lake, dataset: str) -> pa.Table:
    """All partitions by day of a dataset in order, with the column `day`."""
    tables = []
    for day, path in lake.days(dataset).items():
        table = pq.ParquetFile(path).read()
        tables.append(table.append_column("day", pa.array([day] * table.num_rows, pa.date32())))
    return pa.concat_tables(tables, promote_options="default") if tables else pa.table({})


def instant(day: date, clock: str, *, offset_hours: int = 0) -> datetime:
    """`clock` such as "09:30:00" on a day, at an offset from UTC."""
    hours, minutes, seconds = map(int, clock.split(":"))
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return midnight + timedelta(hours=hours - offset_hours, minutes=minutes, seconds=seconds)
