"""Provides what one build of some days reads: the small tables of schema `build` and the day files of schema `lake`.

Add a table here when a dbt model of event pool or activities needs one as a source.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from domain.assignments.permission import Permission
from pipelines.mining.days.carried_states import CarriedState, carried_into, next_events
from pipelines.mining.days.reconciliation import Surroundings
from pipelines.mining.facts.calendar import collectable_spans, end_of_day_us, permitted_spans, user_days_of
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.lake.engine import parquet_sql
from pipelines.mining.lake.files import Lake

BUILD_PARAMETERS = pa.schema([("off_threshold_us", pa.int64()), ("latest_event_us", pa.int64())])
PERSON_ENDS = pa.schema([("workstation_user_id", pa.int32()), ("last_day_ends_us", pa.int64())])
BATCH_ROWS = 1 << 17
DAY_FILE_OPTIONS = "hive_partitioning = true, hive_types = {'day': date}"
RAW_EVENTS_EMPTY = """
    select
        cast(null as bigint) as session_key, cast(null as integer) as workstation_user_id,
        cast(null as bigint) as sequence, cast(null as timestamptz) as occurred_at, cast(null as tinyint) as kind,
        cast(null as bigint) as context_key, cast(null as tinyint) as source, cast(null as integer) as key_count,
        cast(null as integer) as value_length, '' as element_role, '' as element_name, '' as element_id,
        '' as task_name, '' as case_id, cast(null as date) as day
    where false
"""


def daily_inputs(
    facts: CollectionFacts,
    permissions: Mapping[int, Permission],
    carried: Sequence[CarriedState],
    days: Sequence[date],
    verdicts: pa.Table,
) -> dict[str, pa.Table]:
    """The tables of schema `build` for one range of days."""
    outside = [each for each in carried if not days[0] <= each.day <= days[-1]]
    last_day = max([each.day for each in carried] + list(days))
    return {
        "build_parameters": pa.Table.from_pylist(
            [
                {
                    "off_threshold_us": facts.off_threshold_us,
                    "latest_event_us": max((each.last_event_us for each in outside), default=0),
                }
            ],
            schema=BUILD_PARAMETERS,
        ),
        "user_days": user_days_of(facts.time_zones, days),
        "collectable_spans": collectable_spans(permissions, facts.time_zones, days),
        "permitted_spans": permitted_spans(permissions),
        "event_verdicts": verdicts,
        "carried_states": carried_into(carried, days[0]),
        "next_events": next_events(carried, days[-1]),
        "person_ends": pa.Table.from_pylist(
            [
                {"workstation_user_id": person, "last_day_ends_us": end_of_day_us(last_day, time_zone)}
                for person, time_zone in sorted(facts.time_zones.items())
            ],
            schema=PERSON_ENDS,
        ),
    }


def daily_datasets(lake: Lake, days: Sequence[date]) -> dict[str, str]:
    """The datasets of schema `lake` for one range of days."""
    files = [path for day, path in lake.days("raw_events").items() if day in set(days)]
    if not files:
        return {"lake.raw_events": RAW_EVENTS_EMPTY}
    return {"lake.raw_events": f"select * from {parquet_sql(files, options=DAY_FILE_OPTIONS)}"}


def surroundings(inputs: Mapping[str, pa.Table]) -> Surroundings:
    """The same facts as reconciliation reads them."""
    return Surroundings(
        carried={
            row["workstation_user_id"]: (row["state"], row["context_key"], row["last_event_us"])
            for row in inputs["carried_states"].to_pylist()
        },
        following={
            row["workstation_user_id"]: (row["first_event_us"], row["is_session_start"])
            for row in inputs["next_events"].to_pylist()
        },
        last_day_ends_us={
            row["workstation_user_id"]: row["last_day_ends_us"] for row in inputs["person_ends"].to_pylist()
        },
        latest_event_us=inputs["build_parameters"]["latest_event_us"][0].as_py(),
    )


def read_events(lake: Lake, days: Sequence[date]) -> Iterator[Iterator[pa.RecordBatch]]:
    """Who, when, what and where of the event pool for each of the days that has a file, in batches: little memory."""
    for day in days:
        path = lake.day_file("event_pool", day)
        if path.exists():
            columns = ["workstation_user_id", "occurred_us", "kind", "context_key"]
            yield pq.ParquetFile(path).iter_batches(BATCH_ROWS, columns=columns, use_threads=False)


def read_days(lake: Lake, dataset: str, days: Sequence[date], columns: Sequence[str]) -> pa.Table:
    """Columns of some days of a dataset, with the column `day`; days without a file are skipped."""
    tables = []
    for day in days:
        path: Path = lake.day_file(dataset, day)
        if path.exists():
            table = pq.ParquetFile(path).read(columns=list(columns))
            tables.append(table.append_column("day", pa.repeat(pa.scalar(day, pa.date32()), table.num_rows)))
    return (
        pa.concat_tables(tables, promote_options="default")
        if tables
        else pa.table({name: [] for name in (*columns, "day")})
    )
