"""Why something about a workstation user is refused."""

from governance_api.errors import ConflictError, NotFoundError, RefusedError


class WorkstationUserUnknownError(NotFoundError):
    """No workstation user has that id or login."""

    def __init__(self, workstation_user: int | str) -> None:
        super().__init__(
            f"There is no workstation user {workstation_user}: register them with POST /workstation-users.",
            workstation_user=workstation_user,
        )


class WorkstationLoginTakenError(ConflictError):
    """Two workstation users cannot have one login."""

    def __init__(self, login: str) -> None:
        super().__init__(f"A workstation user {login} exists already: change them with PATCH.", login=login)


class TimeZoneUnknownError(RefusedError):
    """Without a time zone nobody knows when the person's day begins."""

    def __init__(self, time_zone: str) -> None:
        super().__init__(
            f"{time_zone!r} is not an IANA time zone: give a name such as Europe/Berlin.", time_zone=time_zone
        )


class ManagerUnfitError(RefusedError):
    """The account named as manager could never answer a request."""

    def __init__(self, login: str, why: str, remedy: str) -> None:
        super().__init__(f"{login} cannot be the manager, because {why}: {remedy}.", manager_login=login)


class CsvRefusedError(RefusedError):
    """A file of workstation users that cannot be read. Nothing of it was imported."""

    def __init__(self, *, line: int, what: str, remedy: str) -> None:
        super().__init__(f"Line {line} of the CSV {what}: {remedy}, and send the whole file again.", line=line)
