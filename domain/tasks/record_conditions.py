"""Conditions about the records of an audit trail: their fields are those of the record, by the trail's own names."""

from collections.abc import Iterable

from domain.conditions.predicate import compile_predicate
from domain.conditions.texts import fold
from domain.conditions.tree import Condition, fields_of, parse_condition
from domain.errors import DomainError
from domain.tasks.audit_trails import AuditTrailRow
from domain.texts.normal_form import normalized

MAX_FIELD_LENGTH = 128


def record_field(name: str) -> str:
    """The form in which names of fields are compared: without regard to case."""
    return fold(normalized(name))


def parse_record_condition(obj: object) -> Condition:
    """The condition of a decoded JSON value, its fields folded. Raises DomainError naming the place."""
    return parse_condition(obj, read_field=_read_field)


class RecordFilter:
    """Whether records meet a condition, asked between their changes, which are noted in order of time.

    A record's value of a field is the new value of its last noted change; a field that never changed reads as empty.
    """

    def __init__(self, condition: Condition) -> None:
        self._holds = compile_predicate(condition)
        self._asked_about = fields_of(condition)
        self._values: dict[str, dict[str, str]] = {}

    def note(self, rows: Iterable[AuditTrailRow]) -> None:
        """Changes of records of one table."""
        for row in rows:
            field = record_field(row.field)
            if field in self._asked_about:
                self._values.setdefault(row.record_id, {})[field] = row.new_value

    def lets_count(self, record_id: str) -> bool:
        return self._holds(self._values.get(record_id, {}))


def _read_field(name: object, place: str) -> str:
    field = record_field(name) if isinstance(name, str) else ""
    if not field or len(field) > MAX_FIELD_LENGTH or not str(name).isprintable():
        raise DomainError(
            f"The condition at {place} is {name!r}: name a field of the audit trail's records "
            f"in 1 to {MAX_FIELD_LENGTH} printable characters, such as priority."
        )
    return field
