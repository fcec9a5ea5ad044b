"""Why something about a project is refused.

A project that the caller may not see is answered like one that does not exist.
"""

from datetime import date

from domain.aliases import AnonymizationLevel
from governance_api.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from governance_api.projects.stages import MOVES, Move, Stage


class ProjectUnknownError(NotFoundError):
    def __init__(self, project_id: int) -> None:
        super().__init__(
            f"There is no project {project_id} that you can see: ask its owner to share it with you.",
            project_id=project_id,
        )


class ProjectNotEditableError(ForbiddenError):
    """The caller may look at the project, not change it."""

    def __init__(self, project_id: int) -> None:
        super().__init__(
            f"Project {project_id} is shared with you for viewing: ask its owner for the permission to edit.",
            project_id=project_id,
        )


class ProjectNameTakenError(ConflictError):
    def __init__(self, name: str) -> None:
        super().__init__(f"There is a project named {name!r} already: choose another name.")


class ProjectStageError(ConflictError):
    """The move does not start from the project's stage."""

    def __init__(self, project_id: int, stage: Stage, move: Move) -> None:
        possible = [known.value for known, (sources, _) in MOVES.items() if stage in sources]
        super().__init__(
            f"Project {project_id} is {stage}, so it cannot {move}: what it can do now is {' or '.join(possible)}.",
            stage=stage,
        )


class ProjectNotOpenError(ConflictError):
    """Closed and archived projects do not change."""

    def __init__(self, project_id: int, stage: Stage) -> None:
        super().__init__(f"Project {project_id} is {stage}: reopen it before changing it.", stage=stage)


class DatesReversedError(RefusedError):
    def __init__(self, starts_on: date, ends_on: date) -> None:
        super().__init__(f"The end date {ends_on} is before the start date {starts_on}: exchange them.")


class AnonymizationTooLowError(RefusedError):
    """The configuration sets how openly people may be shown at most."""

    def __init__(self, level: AnonymizationLevel, minimum: AnonymizationLevel) -> None:
        super().__init__(
            f"The anonymization level {level} shows people more openly than the configuration allows: "
            f"choose {minimum} or a stricter one.",
            minimum_level=minimum,
        )


class TaskScopeUnknownError(NotFoundError):
    def __init__(self, task_scope_id: int) -> None:
        super().__init__(f"The project has no task scope {task_scope_id}: see GET /projects/{{id}}/task-scopes.")


class AuditTrailMissingError(RefusedError):
    """A task scope names a file that nobody could mine."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The audit trail {name} cannot be read from the folder of audit trails: put the file there, "
            "then add the task scope again.",
            file=name,
        )


class TaskScopeNameTakenError(ConflictError):
    def __init__(self, name: str) -> None:
        super().__init__(f"The project has a task scope named {name!r} already: choose another name.")
