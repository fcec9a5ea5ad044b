"""Averages per user-day inside tasks: what a chart computes from the mart is what a plain walk over the days finds.

The walk knows instances, activities and filters, and nothing of dense tables.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures.generated_landing import generate_landing
from tests.fixtures.generated_facts import PROJECT_ID, collection_facts, mining_facts
from domain.tasks.audit_trails import AuditTrailRow
from domain.dates.days import day_bounds_us
from domain.event_batches import from_microseconds
from domain.tasks.task_scopes import AutomatedTaskScope, CsvSource
from pipelines.mining.lake.files import Lake
from pipelines.steps.days import process_days
from pipelines.steps.project import mine_project
from tests.pipelines.builders import dbt_builder

PEOPLE, DAYS, MINUTE_US = 4, 3, 60_000_000
SCOPES = {
    number: AutomatedTaskScope(name, CsvSource("x.csv"), name, "state", "New", "Closed")
    for number, name in enumerate(("Incident", "Refund"), start=1)
}
Row = dict[str, Any]


def trail(days: tuple[date, ...]) -> list[AuditTrailRow]:
    """Tasks of an hour, parallel by twos; the first person has no refund, the last has nothing on the second day."""
    rows = []
    for person in range(1, PEOPLE + 1):
        for number, day in enumerate(days):
            for task, scope in SCOPES.items():
                if (person == 1 and task == 2) or (person == PEOPLE and number == 1):
                    continue
                for turn in range(3):
                    starts_us = day_bounds_us(day, "UTC")[0] + (8 * 60 + person * 7 + task * 11 + turn * 40) * MINUTE_US
                    changes = ((starts_us, "New"), (starts_us + 60 * MINUTE_US, "Closed"))
                    case = f"{scope.name}-{person}-{number}-{turn}"
                    rows += [
                        AuditTrailRow(case, scope.name, "state", "", state, from_microseconds(at), f"p{person}")
                        for at, state in changes
                    ]
    return rows


@dataclass(frozen=True)
class Mined:
    """The mart, and what it was made of."""

    mart: list[Row]
    datamart: list[Row]
    instances: list[Row]

    def stretches(self) -> list[Row]:
        """Time in the union of a person's instances of a task, piece of the datamart by piece; off time is none."""
        found = []
        windows: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for each in self.instances:
            windows.setdefault((each["alias"], each["task_name"]), []).append((each["started_us"], each["ended_us"]))
        for piece in self.datamart:
            for (alias, task_name), spans in windows.items():
                if alias != piece["alias"] or piece["activity_kind"] == "off":
                    continue
                inside = [(max(s, piece["started_us"]), min(e, piece["ended_us"])) for s, e in sorted(spans)]
                length, reached = 0, piece["started_us"]
                for start, end in inside:
                    length += max(0, end - max(start, reached))
                    reached = max(reached, end)
                if length:
                    found.append(piece | {"task_name": task_name, "length_us": length})
        return found


@pytest.fixture(scope="module")
def mined(tmp_path_factory: pytest.TempPathFactory) -> Mined:
    root = tmp_path_factory.mktemp("lake")
    landing = generate_landing(root, events=12_000, people=PEOPLE, days=DAYS)
    lake, dbt = Lake(root), dbt_builder()
    rows = tuple(trail(landing.days))
    facts = replace(
        mining_facts(landing),
        task_scopes=SCOPES,
        audit_trails=dict.fromkeys(SCOPES, rows),
        excluded_categories=("Off", "Break"),
    )
    assert not process_days(lake, collection_facts(landing), dbt).built.discrepancies
    mine_project(lake, facts, dbt)

    def read(dataset: str) -> list[Row]:
        found: list[Row] = pq.ParquetFile(lake.project_file(dataset, PROJECT_ID)).read().to_pylist()
        return found

    return Mined(
        mart=read("aggregates/task_activity/task_activity_applications"),
        datamart=read("datamart"),
        instances=read("task_instances"),
    )


@pytest.fixture(scope="module")
def stretches(mined: Mined) -> list[Row]:
    return mined.stretches()


@dataclass(frozen=True)
class Filters:
    """What somebody chose on the dashboard; an empty list is no filter."""

    people: list[str]
    days: list[str]
    tasks: list[str]
    categories: list[str]

    def let_count(self, row: Row) -> bool:
        """Whether a stretch of time counts, whatever was used in it."""
        return all(map(_chosen, (self.people, self.days, self.tasks), (row["alias"], row["day"], row["task_name"])))

    def show(self, row: Row) -> bool:
        return self.let_count(row) and _chosen(self.categories, row["category"])


def _chosen(values: list[str], value: object) -> bool:
    return not values or str(value) in values


def some_of(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True)


FILTERS = st.builds(
    Filters,
    some_of("P001", "P002", "P003", "P004"),
    some_of("2026-03-02", "2026-03-03", "2026-03-04"),
    some_of("Incident", "Refund"),
    some_of("Category 0", "Category 1", "Idle", "Other"),
)


@given(FILTERS)
def test_an_average_is_right_under_every_filter(mined: Mined, stretches: list[Row], filters: Filters) -> None:
    rows = [row for row in mined.mart if filters.show(row)]
    counting = [row for row in stretches if filters.let_count(row)]
    shown = [row for row in counting if filters.show(row) and row["category"] not in {"Off", "Break"}]
    if rows:
        assert {row["user_day"] for row in rows} == {f"{row['alias']}|{row['day']}" for row in counting}
    assert sum(row["seconds"] for row in rows) == pytest.approx(sum(row["length_us"] for row in shown) / 1_000_000)


def test_there_is_something_to_average(mined: Mined) -> None:
    assert {row["task_name"] for row in mined.mart} == {"Incident", "Refund"}
    assert {row["is_used"] for row in mined.mart} == {True, False}
    assert len({row["user_day"] for row in mined.mart}) == PEOPLE * DAYS - 1
