"""What counts as the task of a project: found in an audit trail, or started and stopped by a person.

Add a source of audit trails as a further struct beside `CsvSource` and `SqlSource`; the pipelines read it.
"""

from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from domain.conditions.tree import ALWAYS
from domain.errors import DomainError
from domain.raw_events import TASK_NAME_MAX
from domain.tasks.record_conditions import RecordFilter, parse_record_condition

TaskName = Annotated[str, Meta(min_length=1, max_length=TASK_NAME_MAX)]
Word = Annotated[str, Meta(min_length=1, max_length=128)]


class CsvSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="csv"):
    """A CSV file in the folder of audit trails, named relative to it."""

    file: Word


class SqlSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="sql"):
    """A table of the audit database, as schema.table, with the columns of an audit trail."""

    table: Word


class AutomatedTaskScope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="automated"):
    """An instance runs from a record's change of `field` to `start_state` until that to `end_state`.

    `condition` narrows which instances count: its fields are those of the record, by the names that the audit trail
    gives them, and it is answered with the record's values when the instance ends. None: all of them.
    """

    name: TaskName
    source: CsvSource | SqlSource
    table_name: Word
    field: Word
    start_state: Word
    end_state: Word
    condition: object = None

    def record_filter(self) -> RecordFilter:
        return RecordFilter(ALWAYS if self.condition is None else parse_record_condition(self.condition))


class UserInitiatedTaskScope(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="user_initiated"
):
    """An instance runs from task_started to task_stopped with the scope's name."""

    name: TaskName
    instructions: Annotated[str, Meta(max_length=4096)] = ""


TaskScope: TypeAlias = AutomatedTaskScope | UserInitiatedTaskScope


def parse_task_scope(obj: object) -> TaskScope:
    """The task scope of a decoded JSON value; `kind` decides which. Raises DomainError."""
    try:
        scope: TaskScope = msgspec.convert(obj, TaskScope)
    except msgspec.ValidationError as error:
        raise DomainError(f"The task scope cannot be read. {error}: correct it and send it again.") from error
    if isinstance(scope, AutomatedTaskScope):
        _check_automated(scope)
    return scope


def _check_automated(scope: AutomatedTaskScope) -> None:
    if scope.start_state == scope.end_state:
        raise DomainError(
            f"Task scope {scope.name!r} starts and ends with {scope.start_state!r}: name two different states."
        )
    if isinstance(scope.source, CsvSource):
        _check_file(scope.source.file)
    if scope.condition is not None:
        parse_record_condition(scope.condition)


def _check_file(name: str) -> None:
    if "/" in name or "\\" in name or name in {".", ".."}:
        raise DomainError(f"{name!r} names a folder: name a file in the folder of audit trails.")
    if not name.isprintable():
        raise DomainError(f"{name!r} holds a character that no file name should: rename the file.")
