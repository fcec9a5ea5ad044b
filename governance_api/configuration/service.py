"""Reads and changes the values of configuration records, within the bounds that `records` sets."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from governance_api.audit.service import AuditTag, record
from governance_api.configuration.errors import ConfigurationRecordUnknownError, ConfigurationValueRefusedError
from governance_api.configuration.records import RECORDS, ConfigurationRecord, Group
from governance_api.configuration.schemas import ConfigurationAnswer
from governance_api.configuration.tables import ConfigurationValue
from governance_api.security.callers import Caller

__all__ = ["Group", "change_value", "consent_text", "fill_defaults", "get_value", "list_values", "naming", "values_of"]


def fill_defaults(session: Session) -> None:
    """Every record exists as a row, so that other processes can read the table alone."""
    rows = [{"record_group": each.group, "name": each.name, "value": each.default} for each in RECORDS.values()]
    session.execute(insert(ConfigurationValue).values(rows).on_conflict_do_nothing())


def list_values(session: Session) -> list[ConfigurationAnswer]:
    """All records, in the order of `RECORDS`."""
    stored = {(row.record_group.value, row.name): row.value for row in session.scalars(select(ConfigurationValue))}
    return [_configured(each, stored.get(key, each.default)) for key, each in RECORDS.items()]


def values_of(session: Session, group: Group) -> dict[str, Any]:
    """name → value of one group."""
    return {each.name: each.value for each in list_values(session) if each.group == group}


def get_configured(session: Session, group: str, name: str) -> ConfigurationAnswer:
    known = _get_record(group, name)
    row = session.get(ConfigurationValue, (known.group, name))
    return _configured(known, row.value if row else known.default)


def get_value(session: Session, group: Group, name: str) -> Any:
    return get_configured(session, group.value, name).value


def consent_text(session: Session, programs: Collection[str]) -> str:
    """What a person is asked to accept; `programs`: those of the request of which more is recorded than it says."""
    return naming(get_value(session, Group.NOTIFICATIONS, "consent_text"), programs)


def naming(text: str, programs: Collection[str]) -> str:
    """The configured consent text, which names these programs."""
    if not programs:
        return text
    return (
        f"{text} In {', '.join(programs)}, links, list items, table cells and radio buttons are recorded by name, too."
    )


def change_value(
    session: Session, group: str, name: str, value: object, *, by: Caller, now: datetime
) -> ConfigurationAnswer:
    """Raises ConfigurationValueRefusedError outside the bounds; the same value again changes and notes nothing."""
    known = _get_record(group, name)
    if not known.bounds.admits(value):
        raise ConfigurationValueRefusedError(group, name, known.bounds.sentence)
    row = session.get(ConfigurationValue, (known.group, name), with_for_update=True)
    former = row.value if row else known.default
    if former == value and type(former) is type(value):
        return _configured(known, former)
    changing = insert(ConfigurationValue).values(record_group=known.group, name=name, value=value)
    session.execute(changing.on_conflict_do_update(index_elements=["record_group", "name"], set_={"value": value}))
    session.expire_all()
    record(session, AuditTag.CONFIGURATION_CHANGED, f"{group}/{name}", by=by, now=now, value=value, former_value=former)
    return _configured(known, value)


def _get_record(group: str, name: str) -> ConfigurationRecord:
    known = RECORDS.get((group, name))
    if known is None:
        raise ConfigurationRecordUnknownError(group, name)
    return known


def _configured(known: ConfigurationRecord, value: Any) -> ConfigurationAnswer:
    return ConfigurationAnswer(
        group=known.group.value,
        name=known.name,
        value=value,
        default=known.default,
        is_default=value == known.default,
        allowed=known.bounds.sentence,
        description=known.description,
    )
