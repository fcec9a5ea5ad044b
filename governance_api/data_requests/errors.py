"""Why a data request is not filed or found."""

from collections.abc import Sequence
from datetime import date

from governance_api.errors import NotFoundError, RefusedError


class DataRequestUnknownError(NotFoundError):
    def __init__(self, data_request_id: int) -> None:
        super().__init__(
            f"There is no data request {data_request_id} that you can see: see GET /data-requests for yours.",
            data_request_id=data_request_id,
        )


class NobodyNamedError(RefusedError):
    """A request must be about somebody."""

    def __init__(self) -> None:
        super().__init__(
            "The data request names nobody: give workstation_user_logins, or a project with workstation users."
        )


class StartMissingError(RefusedError):
    """Without a project there are no dates to take over."""

    def __init__(self) -> None:
        super().__init__("The data request has no start date: give starts_on, or a project whose dates it takes over.")


class TermsOfProjectError(RefusedError):
    """A request for a project asks on the project's terms."""

    def __init__(self, terms: Sequence[str]) -> None:
        super().__init__(
            f"The data request is for a project and names {' and '.join(terms)} of its own: leave them out, "
            "the project's are asked for; or file a request without a project."
        )


class RequestTooOpenError(RefusedError):
    """The configuration sets how openly people may be shown at most."""

    def __init__(self, level: str, minimum: str) -> None:
        super().__init__(
            f"The anonymization level {level} shows people more openly than the configuration allows: "
            f"choose {minimum} or a stricter one.",
            minimum_level=minimum,
        )


class RequestDatesReversedError(RefusedError):
    def __init__(self, starts_on: date, ends_on: date) -> None:
        super().__init__(f"The end date {ends_on} is before the start date {starts_on}: exchange them.")


class NotInProjectError(RefusedError):
    """A request for a project can only be about people of the project."""

    def __init__(self, logins: Sequence[str]) -> None:
        super().__init__(
            f"Not in the project: {', '.join(logins)}; add them to the project first, or file a request without one.",
            workstation_user_logins=list(logins),
        )


class NobodyCanApproveError(RefusedError):
    """Somebody named has no manager who can decide: the request would wait forever."""

    def __init__(self, logins: Sequence[str]) -> None:
        super().__init__(
            f"Nobody could answer for {', '.join(logins)}: have an admin name another manager for each first.",
            workstation_user_logins=list(logins),
        )


class PersonInactiveError(RefusedError):
    def __init__(self, logins: Sequence[str]) -> None:
        super().__init__(
            f"No longer observed: {', '.join(logins)}; leave them out, or have an admin make them active again.",
            workstation_user_logins=list(logins),
        )
