"""A day's events in memory: in order, each once, whatever the order in which they landed."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.event_batches import to_microseconds
from domain.landing_files import LANDING_FOLDER
from pipelines.mining.facts.collection import CollectionFacts, LandedFile
from pipelines.mining.lake.files import Lake
from pipelines.mining.raw_events import compaction
from pipelines.mining.raw_events.compaction import compact
from tests.fixtures.generated_landing import LANDING_SCHEMA
from tests.pipelines.builders import read_dataset

NOON_US = to_microseconds(datetime(2026, 3, 2, 12, tzinfo=UTC))
DAY_US = 86_400_000_000
PEOPLE = (3, 7, 900)
SESSIONS_OF_A_PERSON = 2

LANDED = some.tuples(
    some.sampled_from(PEOPLE), some.integers(0, SESSIONS_OF_A_PERSON - 1), some.integers(0, 8), some.integers(0, 3)
)


def row(person: int, session: int, sequence: int, delay: int, place: int) -> dict[str, object]:
    """`delay` puts an event at another time than its sequence says, as back-dated idle does; `place` names it."""
    values: dict[str, object] = dict.fromkeys(LANDING_SCHEMA.names, 0)
    return values | {
        "session_key": person * 10 + session,
        "workstation_user_id": person,
        "sequence": sequence,
        "occurred_at": NOON_US + sequence * 2 + delay,
        "element_role": "",
        "element_name": f"landed {place}",
        "element_id": "",
        "task_name": "",
        "case_id": "",
    }


def expected(rows: list[dict[str, object]]) -> list[object]:
    """In plain words: the first landed of each identity, by person, time, session and sequence."""
    first: dict[tuple[object, object], dict[str, object]] = {}
    for each in rows:
        first.setdefault((each["session_key"], each["sequence"]), each)
    order = ("workstation_user_id", "occurred_at", "session_key", "sequence")
    return [each["element_name"] for each in sorted(first.values(), key=lambda each: [each[name] for name in order])]


def land(lake: Lake, rows: list[dict[str, object]], name: str) -> LandedFile:
    columns = [pa.array([each[field.name] for each in rows]).cast(field.type) for field in LANDING_SCHEMA]
    path = lake.dataset(LANDING_FOLDER) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_arrays(columns, schema=LANDING_SCHEMA), path)
    return LandedFile(name=name, first_us=NOON_US, last_us=NOON_US + 100, event_count=len(rows))


def facts(*files: LandedFile) -> CollectionFacts:
    return CollectionFacts(time_zones=dict.fromkeys(PEOPLE, "UTC"), assignments=(), landed_files=files)


@given(
    landed=some.lists(LANDED, min_size=1, max_size=40),
    split=some.integers(0, 40),
    rows_at_a_time=some.sampled_from([1, 10, 1_000]),
)
def test_the_first_landed_of_each_identity_stays_in_order_of_person_and_time(
    tmp_path_factory: pytest.TempPathFactory, landed: list[tuple[int, int, int, int]], split: int, rows_at_a_time: int
) -> None:
    lake = Lake(tmp_path_factory.mktemp("lake"))
    rows = [row(*each, place=place) for place, each in enumerate(landed)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(compaction, "ROWS_AT_A_TIME", rows_at_a_time)
        parts = [part for part in (rows[:split], rows[split:]) if part]
        grown = [
            compact(lake, facts(land(lake, part, f"{number}.parquet"))).stored_rows for number, part in enumerate(parts)
        ]
    stored = read_dataset(lake, "raw_events")
    assert stored["element_name"].to_pylist() == expected(rows)
    assert sum(grown) == stored.num_rows


def test_a_span_that_touches_a_day_on_which_nothing_landed_writes_no_file_for_it(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    file = land(lake, [row(3, 0, 0, 0, 0)], "a.parquet")
    done = compact(
        lake, facts(LandedFile(name=file.name, first_us=NOON_US - 3 * DAY_US, last_us=NOON_US, event_count=1))
    )
    assert done.days == (date(2026, 3, 2),)
    assert list(lake.days("raw_events")) == [date(2026, 3, 2)]
