"""Bodies of /event-filters. The domain checks the form of a condition."""

from typing import Annotated, Any

from pydantic import Field

from domain.event_filters.rules import FilterAction, FilterAttribute
from governance_api.edge.schemas import MAX_WORDS, Answer, Body, Name

Condition = dict[str, Any]
Attributes = Annotated[list[FilterAttribute], Field(max_length=MAX_WORDS)]


class EventFilterCreation(Body):
    """`attributes` are named for replace only."""

    name: Name
    action: FilterAction
    attributes: Attributes = Field(default_factory=list)
    condition: Condition


class EventFilterChange(Body):
    """What is left out stays as it is."""

    action: FilterAction | None = None
    attributes: Attributes | None = None
    condition: Condition | None = None
    is_active: bool | None = None


class EventFilterAnswer(Answer):
    event_filter_id: int
    name: str
    action: FilterAction
    attributes: list[FilterAttribute]
    condition: Condition
    is_predefined: bool
    is_active: bool
