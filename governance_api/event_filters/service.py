"""Creates, changes and lists event filters; every change raises their version."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.event_filters.predefined import PREDEFINED_EVENT_FILTERS
from domain.event_filters.rules import (
    EventFilterRecord,
    FilterAction,
    FilterAttribute,
    event_filter_of_record,
    record_of_event_filter,
)
from governance_api.audit.service import AuditTag, record
from governance_api.edge.paging import Page
from governance_api.event_filters.errors import (
    EventFilterNameTakenError,
    EventFilterPredefinedError,
    EventFilterUnknownError,
)
from governance_api.event_filters.tables import EventFilterVersion, StoredEventFilter
from governance_api.security.callers import Caller


def fill_predefined(session: Session) -> None:
    """The predefined filters exist as the domain defines them; one that changed there changes here."""
    for event_filter in PREDEFINED_EVENT_FILTERS:
        predefined = record_of_event_filter(event_filter)
        row = _find_by_name(session, predefined.name)
        if row is not None and _record_of(row) == predefined:
            continue
        row = row or StoredEventFilter(name=predefined.name)
        _write(row, predefined)
        row.is_active = True
        session.add(row)
        _raise_version(session)
    session.flush()


def create_event_filter(
    session: Session, created: EventFilterRecord, *, by: Caller, now: datetime
) -> StoredEventFilter:
    """Raises DomainError when the filter cannot be read, before anything is stored."""
    event_filter_of_record(created)
    if _find_by_name(session, created.name):
        raise EventFilterNameTakenError(created.name)
    row = StoredEventFilter(name=created.name, is_active=True)
    _write(row, created)
    session.add(row)
    _raise_version(session)
    session.flush()
    record(session, AuditTag.EVENT_FILTER_CREATED, row.event_filter_id, by=by, now=now, **_facts(row))
    return row


def change_event_filter(
    session: Session, event_filter_id: int, changes: dict[str, Any], *, by: Caller, now: datetime
) -> StoredEventFilter:
    """`changes` holds any of action, attributes, condition, is_active."""
    row = session.get(StoredEventFilter, event_filter_id, with_for_update=True)
    if row is None:
        raise EventFilterUnknownError(event_filter_id)
    if row.is_predefined:
        raise EventFilterPredefinedError(row.name)
    for name, value in changes.items():
        setattr(row, name, value)
    event_filter_of_record(_record_of(row))
    _raise_version(session)
    record(session, AuditTag.EVENT_FILTER_CHANGED, event_filter_id, by=by, now=now, **_facts(row))
    return row


def list_event_filters(session: Session, page: Page) -> list[StoredEventFilter]:
    """In the order they were added; the predefined ones were there from the start."""
    return list(session.scalars(page.of(select(StoredEventFilter), StoredEventFilter.event_filter_id.expression)))


def list_active_filters(session: Session) -> list[StoredEventFilter]:
    """All that are applied: predefined ones first, then by name."""
    order = (StoredEventFilter.is_predefined.desc(), StoredEventFilter.name)
    return list(session.scalars(select(StoredEventFilter).where(StoredEventFilter.is_active).order_by(*order)))


def list_active_records(session: Session) -> tuple[EventFilterRecord, ...]:
    """As they travel to agents, in a stable order."""
    return tuple(_record_of(row) for row in list_active_filters(session))


def _find_by_name(session: Session, name: str) -> StoredEventFilter | None:
    return session.scalar(select(StoredEventFilter).where(StoredEventFilter.name == name))


def _record_of(row: StoredEventFilter) -> EventFilterRecord:
    return EventFilterRecord(
        name=row.name,
        action=row.action.value,
        condition=row.condition,
        attributes=tuple(each.value for each in row.attributes),
        is_predefined=row.is_predefined,
    )


def _write(row: StoredEventFilter, source: EventFilterRecord) -> None:
    row.action = FilterAction(source.action)
    row.attributes = [FilterAttribute(each) for each in source.attributes]
    row.condition = source.condition  # type: ignore[assignment]  # parsed before: a JSON object
    row.is_predefined = source.is_predefined


def _raise_version(session: Session) -> None:
    session.execute(update(EventFilterVersion).values(version=EventFilterVersion.version + 1))


def _facts(row: StoredEventFilter) -> dict[str, Any]:
    names = ("name", "action", "attributes", "condition", "is_active")
    return {name: getattr(row, name) for name in names}
