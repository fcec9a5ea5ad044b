"""The macros that carry the domain's tables to the SQL say of every event kind what the table says."""

import re
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest
import yaml

from agent.policy.drafts import Draft, ObservedContext
from agent.policy.filtering import Filtering
from domain.activity_states import ACTIVE_KINDS, ActivityKind, ActivityState
from domain.event_kinds import DEFINITIONS, EventKind
from pipelines.resources.domain_macros import MACROS, UNOBSERVED, domain_macros
from pipelines.project_files import DBT_PROJECT


def test_the_generated_macros_are_up_to_date() -> None:
    assert MACROS.read_text(encoding="utf-8") == domain_macros(), "run `make macros`"


@pytest.fixture(scope="module")
def macros() -> Any:
    """The project's macros as dbt renders them: called by the project's name, with `do return`."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])  # noqa: S701 - SQL, not HTML
    text = "".join((DBT_PROJECT / "macros" / name).read_text() for name in ("domain.sql", "event_kinds.sql"))
    returned: list[object] = []
    called = type("Macros", (), {})()

    def call(name: str) -> Any:
        def render(*arguments: object) -> object:
            returned.clear()
            said = getattr(module, name)(*arguments)
            return returned.pop() if returned else said.strip()

        return render

    for name in re.findall(r"macro (\w+)\(", text):
        setattr(called, name, staticmethod(call(name)))
    environment.globals.update({"task_mining": called, "return": returned.append})
    module = environment.from_string(text).module
    return called


def answers(sql: str) -> dict[int, object]:
    """What an expression over `kind` says of every code and of the next one."""
    return dict(rows_of(f"select kind, {sql} from range({len(DEFINITIONS) + 1}) as codes(kind)"))


def rows_of(sql: str) -> list[Any]:
    return duckdb.connect().execute(sql).fetchall()


@pytest.mark.parametrize("kind", EventKind)
def test_the_sql_says_of_a_kind_what_the_table_says(macros: Any, kind: EventKind) -> None:
    row = DEFINITIONS[kind]
    assert macros.kind(str(kind)) == row.code
    assert answers(macros.is_presence("kind"))[row.code] is row.changes_presence
    is_neutral = row.state_after is None and not row.ends_observation
    assert answers(macros.is_neutral("kind"))[row.code] is is_neutral
    assert answers(macros.is_kept_of_excluded("kind"))[row.code] is row.is_kept_of_excluded
    state = UNOBSERVED if row.ends_observation else row.opens
    assert answers(macros.presence_state("kind"))[row.code] == (None if state is None else str(state))


def test_agent_sql_and_table_keep_the_same_of_an_excluded_context(macros: Any) -> None:
    excluded = ObservedContext("browser", "A private window", is_private=True)
    by_agent = {
        kind for kind in EventKind if Filtering(None).raw_event(Draft(kind, 0, excluded), sequence=0) is not None
    }
    by_sql = answers(macros.is_kept_of_excluded("kind"))
    by_table = {kind for kind, row in DEFINITIONS.items() if row.is_kept_of_excluded}
    assert by_agent == {kind for kind in EventKind if by_sql[kind.code]} == by_table


def test_of_a_kind_that_is_not_in_the_table_the_sql_keeps_nothing(macros: Any) -> None:
    unknown = len(DEFINITIONS)
    assert answers(macros.is_classified("kind")) == {code: code < unknown for code in range(unknown + 1)}
    assert answers(macros.is_kept_of_excluded("kind"))[unknown] is False


def test_the_sql_counts_the_same_activity_kinds_as_active(macros: Any) -> None:
    for kind in ActivityKind:
        quoted = f"'{kind}'"
        assert rows_of(f"select {macros.is_active_kind(quoted)}") == [(kind in ACTIVE_KINDS,)]


def test_no_model_names_the_active_kinds_by_itself() -> None:
    for path in DBT_PROJECT.glob("models/**/*.sql"):
        assert "non_productive" not in path.read_text(encoding="utf-8"), f"{path} lists kinds: use is_active_kind"


def test_the_accepted_values_of_the_models_are_the_domains() -> None:
    known: dict[str, set[str]] = {"activity_kind": {*map(str, ActivityKind)}, "state": {*map(str, ActivityState)}}
    seen = [each for path in DBT_PROJECT.glob("models/**/*.yml") for each in accepted_values(path)]
    assert {column for column, _ in seen} == set(known)
    for column, values in seen:
        assert values - {UNOBSERVED} == known[column], column


def accepted_values(path: Path) -> list[tuple[str, set[str]]]:
    """Column and values of every `accepted_values` test of a file over a column whose values the domain has."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        (column["name"], set(test["accepted_values"]["arguments"]["values"]))
        for model in document.get("models", [])
        for column in model.get("columns", [])
        for test in column.get("data_tests", [])
        if isinstance(test, dict) and "accepted_values" in test and column["name"] in {"activity_kind", "state"}
    ]
