"""Reading and changing the values of configuration records.

Bounds and defaults stand in `records`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from governance_api.audit.service import AuditTag, record
from governance_api.configuration.errors import ConfigurationRecordUnknownError, ConfigurationValueRefusedError
from governance_api.configuration.records import RECORDS, ConfigurationRecord, Group
from governance_api.configuration.tables import ConfigurationValue
from governance_api.security.callers import Caller

__all__ = ["Group", "change_value", "fill_defaults", "get_value", "list_values", "values_of"]


@dataclass(frozen=True, kw_only=True)
class Configured:
    """A record with its present value."""

    group: str
    name: str
    value: Any
    default: Any
    is_default: bool
    allowed: str
    description: str


def fill_defaults(session: Session) -> None:
    """Every record exists as a row, so that other processes can read the table alone."""
    rows = [{"record_group": each.group.value, "name": each.name, "value": each.default} for each in RECORDS.values()]
    session.execute(insert(ConfigurationValue).values(rows).on_conflict_do_nothing())


def list_values(session: Session) -> list[Configured]:
    """All records, in the order of `RECORDS`."""
    stored = {(row.record_group, row.name): row.value for row in session.scalars(select(ConfigurationValue))}
    return [_configured(each, stored.get(key, each.default)) for key, each in RECORDS.items()]


def values_of(session: Session, group: Group) -> dict[str, Any]:
    """name → value of one group."""
    return {each.name: each.value for each in list_values(session) if each.group == group}


def get_configured(session: Session, group: str, name: str) -> Configured:
    known = _get_record(group, name)
    row = session.get(ConfigurationValue, (group, name))
    return _configured(known, row.value if row else known.default)


def get_value(session: Session, group: Group, name: str) -> Any:
    return get_configured(session, group.value, name).value


def change_value(session: Session, group: str, name: str, value: object, *, by: Caller, now: datetime) -> Configured:
    """Raises ConfigurationValueRefusedError outside the bounds; the same value again changes and notes nothing."""
    known = _get_record(group, name)
    if not known.bounds.admits(value):
        raise ConfigurationValueRefusedError(group, name, known.bounds.sentence)
    row = session.get(ConfigurationValue, (group, name), with_for_update=True)
    former = row.value if row else known.default
    if former == value and type(former) is type(value):
        return _configured(known, former)
    changing = insert(ConfigurationValue).values(record_group=group, name=name, value=value)
    session.execute(changing.on_conflict_do_update(index_elements=["record_group", "name"], set_={"value": value}))
    session.expire_all()
    record(session, AuditTag.CONFIGURATION_CHANGED, f"{group}/{name}", by=by, now=now, value=value, former_value=former)
    return _configured(known, value)


def _get_record(group: str, name: str) -> ConfigurationRecord:
    known = RECORDS.get((group, name))
    if known is None:
        raise ConfigurationRecordUnknownError(group, name)
    return known


def _configured(known: ConfigurationRecord, value: Any) -> Configured:
    return Configured(
        group=known.group.value,
        name=known.name,
        value=value,
        default=known.default,
        is_default=value == known.default,
        allowed=known.bounds.sentence,
        description=known.description,
    )
