"""Why an event filter is not created or changed. The domain refuses unreadable conditions."""

from governance_api.errors import ConflictError, NotFoundError


class EventFilterUnknownError(NotFoundError):
    """No event filter has that id."""

    def __init__(self, event_filter_id: int) -> None:
        super().__init__(
            f"There is no event filter {event_filter_id}: see GET /event-filters for those there are.",
            event_filter_id=event_filter_id,
        )


class EventFilterNameTakenError(ConflictError):
    """Filters are told apart by name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is an event filter {name!r} already: choose another name.")


class EventFilterPredefinedError(ConflictError):
    """Predefined filters protect people; nobody switches them off."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The event filter {name!r} is predefined and cannot be changed or switched off: add a filter of your own."
        )
