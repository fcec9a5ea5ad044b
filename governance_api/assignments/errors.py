"""Why a change of a project is refused for the sake of those who were asked."""

from collections.abc import Sequence

from domain.assignments.terms import Terms
from governance_api.errors import ConflictError, RefusedError


def _requests(names: Sequence[str]) -> str:
    return f"data request {names[0]!r}" if len(names) == 1 else f"{len(names)} data requests"


class TermsFrozenError(ConflictError):
    """People were asked on these terms, and what they were asked on does not change."""

    def __init__(self, project_id: int, terms: Sequence[str], requests: Sequence[str]) -> None:
        verb = "was" if len(requests) == 1 else "were"
        super().__init__(
            f"{_requests(requests).capitalize()} of project {project_id} {verb} filed with its "
            f"{', '.join(each.replace('_', ' ') for each in terms)}, which can no longer change: "
            "file a new data request for a new project with the terms you want.",
            terms=list(terms),
        )


class DatesFrozenError(ConflictError):
    """A request's dates lie inside the project's, and stay there."""

    def __init__(self, project_id: int, requests: Sequence[str]) -> None:
        super().__init__(
            f"The new dates of project {project_id} leave out days of {_requests(requests)}: close the project to end "
            "collecting sooner, or have the approvals withdrawn and file a new data request.",
        )


class TaskFrozenError(ConflictError):
    """What was recorded of a task was allowed by that task alone."""

    def __init__(self, task_scope_id: int, requests: Sequence[str]) -> None:
        super().__init__(
            f"Task scope {task_scope_id} says what {_requests(requests)} may record, and stays: "
            "add another task scope, or file a new data request for a new project without it.",
        )


class NoPoolError(RefusedError):
    def __init__(self, data_request_id: int) -> None:
        super().__init__(
            f"Data request {data_request_id} belongs to a project, so no other can be mined by it: "
            "name requests that were filed without one."
        )


class PoolNotCoveringError(RefusedError):
    """What people agreed to when the pool was asked for does not include this project."""

    def __init__(self, data_request_id: int, pool: Terms, wanted: Terms) -> None:
        super().__init__(
            f"Data request {data_request_id} was filed for {', '.join(sorted(pool.goals))}, {pool.cadence}, visibility "
            f"{pool.visibility}, {pool.anonymization_level}, which does not cover this project ("
            f"{', '.join(sorted(wanted.goals))}, {wanted.cadence}, {wanted.visibility}, {wanted.anonymization_level}): "
            "leave it out, or file a new data request.",
        )
