"""Names people in published tables as far as their project's visibility allows: by alias, or as members of a group.

Figures count people, so in a group everybody keeps a number; each publication draws the numbers anew, and dashboards
show all of them as one. The columns that tell people apart are `alias`, and `user_day` and the like: alias|day.
"""

from collections.abc import Callable, Iterable, Mapping
from secrets import SystemRandom

import pyarrow as pa
import pyarrow.compute as pc

from domain.assignments.terms import Visibility

GROUP = "(group)"
"""How dashboards name whoever is not named; `superset/datasets` spells it the same."""
ALIAS = "alias"
USER_DAYS = ("user_day", "used_user_day")


def as_visible(aggregates: Mapping[str, pa.Table], visibility: Visibility) -> dict[str, pa.Table]:
    """The aggregates of one project, by table, as they may be published."""
    if visibility is Visibility.INDIVIDUAL:
        return dict(aggregates)
    names = _drawn_names(
        person for table in aggregates.values() if ALIAS in table.column_names for person in _distinct(table[ALIAS])
    )
    return {name: _grouped(table, names) for name, table in aggregates.items()}


def _drawn_names(people: Iterable[str]) -> dict[str, str]:
    """In an order that says nothing: an alias may be a login, and those can be guessed by their order."""
    drawn = sorted(set(people))
    SystemRandom().shuffle(drawn)
    return {person: f"{GROUP} {number}" for number, person in enumerate(drawn, start=1)}


def _grouped(table: pa.Table, names: Mapping[str, str]) -> pa.Table:
    if ALIAS not in table.column_names:
        return table

    def user_day(text: str) -> str:
        person, _, day = text.rpartition("|")
        return f"{names[person]}|{day}"

    renamed = {ALIAS: names.__getitem__} | {name: user_day for name in USER_DAYS if name in table.column_names}
    for column, rename in renamed.items():
        table = table.set_column(table.column_names.index(column), column, _renamed(table[column], rename))
    return table.sort_by([("day", "ascending"), (ALIAS, "ascending")])  # rows of an aggregate stand in order of aliases


def _renamed(column: pa.ChunkedArray, rename: Callable[[str], str]) -> pa.Array:
    encoded = column.combine_chunks().dictionary_encode()
    names = pa.array([rename(each) for each in encoded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(encoded.indices, names).cast(pa.string())


def _distinct(column: pa.ChunkedArray) -> list[str]:
    return list(pc.unique(column).to_pylist())
