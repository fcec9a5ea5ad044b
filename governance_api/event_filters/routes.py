"""/event-filters: creates, changes and lists them. Agents receive the active ones with their policy."""

from fastapi import APIRouter, status

from domain.event_filters.rules import EventFilterRecord
from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked
from governance_api.event_filters.permissions import ChangesEventFilters, ReadsEventFilters
from governance_api.event_filters.schemas import EventFilterAnswer, EventFilterChange, EventFilterCreation
from governance_api.event_filters.service import change_event_filter, create_event_filter, list_event_filters

router = APIRouter(prefix="/event-filters", tags=["event filters"])


@router.post("", status_code=status.HTTP_201_CREATED)
def create(
    body: EventFilterCreation, caller: ChangesEventFilters, transaction: Transaction, now: Now
) -> EventFilterAnswer:
    """Creates a filter; agents apply it from their next poll on."""
    created = EventFilterRecord(
        name=body.name, action=body.action.value, condition=body.condition, attributes=tuple(body.attributes)
    )
    return EventFilterAnswer.of(create_event_filter(transaction, created, by=caller, now=now))


@router.get("")
def list_them(_: ReadsEventFilters, transaction: Transaction, page: PageAsked) -> list[EventFilterAnswer]:
    return EventFilterAnswer.of_each(list_event_filters(transaction, page))


@router.patch("/{event_filter_id}")
def change(
    event_filter_id: int, body: EventFilterChange, caller: ChangesEventFilters, transaction: Transaction, now: Now
) -> EventFilterAnswer:
    """Changes what is given; predefined filters cannot be changed."""
    changes = body.model_dump(exclude_none=True)
    return EventFilterAnswer.of(change_event_filter(transaction, event_filter_id, changes, by=caller, now=now))
