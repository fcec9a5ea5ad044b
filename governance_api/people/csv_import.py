"""Imports workstation users from a CSV file: all of them or, when one line is wrong, none."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from governance_api.audit.service import AuditTag, record
from governance_api.errors import GovernanceError
from governance_api.people.errors import CsvRefusedError
from governance_api.people.schemas import ImportAnswer
from governance_api.people.service import (
    Registration,
    find_people_by_logins,
    keep_time_zones,
    managers_of,
    write_registration,
)
from governance_api.people.tables import WorkstationUser
from governance_api.security.callers import Caller
from governance_api.security.logins import login_key

COLUMNS = ("login", "display_name", "time_zone", "team", "manager_login")
MAX_ROWS = 10_000
MAX_FIELD = 200


def import_workstation_users(session: Session, content: bytes, *, by: Caller, now: datetime) -> ImportAnswer:
    """A line whose login is known changes that person. Raises CsvRefusedError naming the line."""
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    lines = list(read_registrations(content))
    registered = find_people_by_logins(session, [registration.login for _, registration in lines])
    managers = managers_of(session, [registration for _, registration in lines])
    known_ones = ((registered.get(login_key(each.login)), each) for _, each in lines)
    keep_time_zones(session, [(person, each) for person, each in known_ones if person is not None], now=now)
    for line, registration in lines:
        known = registered.get(login_key(registration.login))
        person = known or WorkstationUser(login=registration.login)
        try:
            is_different = write_registration(person, registration, managers=managers)
        except GovernanceError as error:
            what, _, remedy = error.sentence.partition(": ")
            raise CsvRefusedError(line=line, what=f"is wrong ({what})", remedy=remedy.rstrip(".")) from error
        session.add(person)
        counts["created" if known is None else "changed" if is_different else "unchanged"] += 1
    session.flush()
    result = ImportAnswer(**{f"{name}_count": count for name, count in counts.items()})
    record(session, AuditTag.WORKSTATION_USERS_IMPORTED, "csv", by=by, now=now, **counts)
    return result


def read_registrations(content: bytes) -> Iterator[tuple[int, Registration]]:
    """(line, registration) of every row; the first line names the columns, in any order."""
    reader = csv.DictReader(io.StringIO(_decoded(content), newline=""), strict=True)
    logins: set[str] = set()
    try:
        _check_columns(reader.fieldnames)
        for count, row in enumerate(reader, start=1):
            line = reader.line_num
            if count > MAX_ROWS:
                raise CsvRefusedError(line=line, what=f"is row {count:,} of at most {MAX_ROWS:,}", remedy="split it")
            registration = _registration(row, line=line)
            if login_key(registration.login) in logins:
                raise CsvRefusedError(line=line, what=f"names {registration.login} again", remedy="keep one line")
            logins.add(login_key(registration.login))
            yield line, registration
    except csv.Error as error:
        line = reader.line_num + 1  # where the faulty row begins
        raise CsvRefusedError(line=line, what=f"has broken quoting ({error})", remedy="close the quote") from error


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CsvRefusedError(line=line, what="is not UTF-8", remedy="save the file as UTF-8") from error
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise CsvRefusedError(line=line, what="holds a NUL character", remedy="remove it")
    return text


def _check_columns(columns: object) -> None:
    named = list(columns) if isinstance(columns, list | tuple) else []
    if sorted(named) != sorted(COLUMNS):
        raise CsvRefusedError(
            line=1,
            what=f"names the columns {', '.join(map(str, named)) or 'not at all'}",
            remedy=f"name {', '.join(COLUMNS)} in the first line",
        )


def _registration(row: dict[str, str | None], *, line: int) -> Registration:
    if None in row or None in row.values():
        raise CsvRefusedError(line=line, what="has too many or too few fields", remedy=f"give {len(COLUMNS)}")
    fields = {name: (value or "").strip() for name, value in row.items()}
    for name in ("login", "display_name", "time_zone"):
        if not fields[name]:
            raise CsvRefusedError(line=line, what=f"has no {name}", remedy="fill it in")
    for name, value in fields.items():
        if len(value) > MAX_FIELD:
            raise CsvRefusedError(line=line, what=f"has a {name} of {len(value):,} characters", remedy="shorten it")
    return Registration(
        login=fields["login"],
        display_name=fields["display_name"],
        time_zone=fields["time_zone"],
        team=fields["team"],
        manager_login=fields["manager_login"] or None,
    )
