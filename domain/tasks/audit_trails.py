"""Reads an audit trail: what changed in which record of another system, and when."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from domain.errors import DomainError
from domain.texts.normal_form import normalized

COLUMNS = ("record_id", "table_name", "field", "old_value", "new_value", "changed_at", "changed_by")


class AuditTrailRow(msgspec.Struct, frozen=True):
    """One change of one field of one record. `changed_by` is the login, or empty; `changed_at` is an aware instant.

    Texts are in their normal form (`domain.texts.normal_form`).
    """

    record_id: str
    table_name: str
    field: str
    old_value: str
    new_value: str
    changed_at: datetime
    changed_by: str


def parse_audit_trail(lines: Iterable[str], *, name: str = "audit trail") -> Iterator[AuditTrailRow]:
    """The rows of a CSV with the header `COLUMNS` (in any order, all seven).

    Raises DomainError naming the file and the line on which the faulty row begins; rows before it have been yielded.
    """
    reader = csv.reader(lines, strict=True)
    header = _next_row(reader, name, 1)
    if header is None:
        raise DomainError(f"{name} is empty: give a header line with {', '.join(COLUMNS)}.")
    header = [column.removeprefix("\ufeff").strip() for column in header]
    if sorted(header) != sorted(COLUMNS):
        raise DomainError(f"{name}, line 1: the columns are {', '.join(header)}: name exactly {', '.join(COLUMNS)}.")
    while True:
        line = reader.line_num + 1
        values = _next_row(reader, name, line)
        if values is None:
            return
        if not values:
            continue
        if len(values) != len(header):
            raise DomainError(
                f"{name}, line {line}: the row has {len(values)} values where {len(header)} are needed: "
                "complete it, or quote the value that holds a comma."
            )
        yield _row(dict(zip(header, values, strict=True)), name, line)


def _next_row(reader: Iterator[list[str]], name: str, line: int) -> list[str] | None:
    try:
        return next(reader)
    except StopIteration:
        return None
    except csv.Error as error:
        raise DomainError(
            f"{name}, line {line}: the quoting is broken ({error}): "
            'close every quoted value, and write " inside one as "".'
        ) from None


def _row(values: dict[str, str], name: str, line: int) -> AuditTrailRow:
    text = values["changed_at"].strip()
    changed_at = _instant(text)
    if changed_at is None:
        raise DomainError(
            f"{name}, line {line}: changed_at is {text!r}: "
            "write an instant with its offset, as in 2026-03-02T09:15:00+01:00."
        )
    texts = {column: normalized(values[column]) for column in COLUMNS if column != "changed_at"}
    if not texts["record_id"]:
        raise DomainError(f"{name}, line {line}: record_id is empty: name the record that changed.")
    return AuditTrailRow(changed_at=changed_at, **texts)


def _instant(text: str) -> datetime | None:
    """In UTC; None for a text without an offset, and for an instant that leaves the calendar there."""
    try:
        instant = datetime.fromisoformat(text)
        return None if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
