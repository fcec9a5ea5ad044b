"""Why a report of looks is not taken."""

from governance_api.errors import ConflictError, RefusedError


class LogAlreadyCarriedError(ConflictError):
    """The report does not begin where the last one ended."""

    def __init__(self, after: int, up_to: int) -> None:
        super().__init__(
            f"The log was carried up to row {up_to}, not {after}: go on from there, so that each look is told once.",
            up_to=up_to,
        )


class LogRunsBackwardsError(RefusedError):
    def __init__(self, after: int, up_to: int) -> None:
        super().__init__(f"Row {up_to} lies before row {after}: send is_restarted when the log begins anew.")
