"""Nobody is told apart by name in the published tables of a project that shows groups; figures still count people."""

import pyarrow as pa

from domain.assignments.terms import Visibility
from pipelines.publishing.shown_people import as_visible

DAYS = pa.table(
    {
        "project_id": [1, 1, 1],
        "day": ["2026-03-02", "2026-03-02", "2026-03-03"],
        "alias": ["ada|x", "WU-0BAD", "ada|x"],
        "user_day": ["ada|x|2026-03-02", "WU-0BAD|2026-03-02", "ada|x|2026-03-03"],
        "used_user_day": [None, "WU-0BAD|2026-03-02", "ada|x|2026-03-03"],
        "seconds": [1.0, 2.0, 3.0],
    }
)
KINDS = pa.table({"day": ["2026-03-03"], "alias": ["ada|x"], "seconds": [3.0]})
COLLECTION = pa.table({"project_id": [1], "event_count": [4]})
AGGREGATES = {"days": DAYS, "kinds": KINDS, "collection": COLLECTION}


def test_persons_are_shown_where_each_may_be() -> None:
    assert as_visible(AGGREGATES, Visibility.INDIVIDUAL) == AGGREGATES


def test_a_group_has_numbers_in_place_of_names_the_same_in_every_table() -> None:
    shown = as_visible(AGGREGATES, Visibility.GROUP)
    rows = {each["seconds"]: each for each in shown["days"].to_pylist()}
    ada, other = rows[1.0]["alias"], rows[2.0]["alias"]
    assert {ada, other} == {"(group) 1", "(group) 2"}
    assert rows[3.0]["alias"] == ada == shown["kinds"]["alias"][0].as_py()
    assert [rows[n]["user_day"] for n in (1.0, 2.0)] == [f"{ada}|2026-03-02", f"{other}|2026-03-02"]
    assert [rows[n]["used_user_day"] for n in (1.0, 3.0)] == [None, f"{ada}|2026-03-03"]
    assert shown["collection"] == COLLECTION
    assert [table.schema for table in shown.values()] == [table.schema for table in AGGREGATES.values()]


def test_neither_numbers_nor_the_order_of_rows_follow_the_names() -> None:
    people = [f"login{number:02d}" for number in range(40)]
    table = pa.table({"day": ["2026-03-02"] * 40, "alias": people, "seconds": list(range(40))})
    first, second = (as_visible({"days": table}, Visibility.GROUP)["days"].to_pylist() for _ in range(2))
    assert [each["alias"] for each in first] == [each["alias"] for each in second]
    assert list(range(40)) != [each["seconds"] for each in first] != [each["seconds"] for each in second]


def test_a_project_without_people_or_days_has_nothing_to_rename() -> None:
    empty = {name: table.slice(0, 0) for name, table in AGGREGATES.items()}
    assert {name: table.num_rows for name, table in as_visible(empty, Visibility.GROUP).items()} == dict.fromkeys(
        AGGREGATES, 0
    )
