"""Task scopes: the two kinds, told apart by `kind`, and their errors."""

import pytest

from domain.errors import DomainError
from domain.tasks.task_scopes import AutomatedTaskScope, CsvSource, UserInitiatedTaskScope, parse_task_scope

INCIDENT = {
    "kind": "automated",
    "name": "Incident",
    "source": {"kind": "csv", "file": "incidents.csv"},
    "table_name": "incident",
    "field": "state",
    "start_state": "New",
    "end_state": "Closed",
}


def test_kind_decides_what_a_task_scope_is() -> None:
    scope = parse_task_scope(INCIDENT)
    assert isinstance(scope, AutomatedTaskScope)
    assert scope.source == CsvSource("incidents.csv")
    assert isinstance(parse_task_scope({"kind": "user_initiated", "name": "Onboarding"}), UserInitiatedTaskScope)


@pytest.mark.parametrize(
    ("obj", "sentence"),
    [
        ({}, "cannot be read. Object missing required field `kind`: correct it"),
        (INCIDENT | {"kind": "manual"}, "Invalid value 'manual' - at `\\$.kind`"),
        (INCIDENT | {"end_state": "New"}, "starts and ends with 'New': name two different states"),
        (INCIDENT | {"source": {"kind": "csv", "file": "../secrets.csv"}}, "names a folder"),
        (INCIDENT | {"condition": {"any": []}}, r"at \$.any is not a list"),
        (INCIDENT | {"condition": {}}, r"at \$ has no known form"),
        (INCIDENT | {"condition": {"field": " ", "operator": "is_empty"}}, r"at \$.field is ' ': name a field"),
        (INCIDENT | {"colour": "red"}, "unknown field `colour`"),
    ],
)
def test_bad_task_scopes_are_named(obj: object, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        parse_task_scope(obj)


@pytest.mark.parametrize("file", [".", "..", "a\0b", "\ud800", "a\nb"])
def test_what_no_file_is_called_is_refused(file: str) -> None:
    with pytest.raises(DomainError, match=r"name a file|rename the file"):
        parse_task_scope({**INCIDENT, "source": {"kind": "csv", "file": file}})
