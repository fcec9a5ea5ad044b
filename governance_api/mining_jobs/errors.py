"""Why a mining job is not accepted, found or moved."""

from datetime import date

from governance_api.errors import ConflictError, NotFoundError
from governance_api.mining_jobs.states import MOVES, Move, State
from governance_api.projects.service import Stage


class MiningJobUnknownError(NotFoundError):
    def __init__(self, mining_job_id: int) -> None:
        super().__init__(
            f"There is no mining job {mining_job_id} that you can see: see GET /projects/{{id}}/mining-jobs.",
            mining_job_id=mining_job_id,
        )


class ProjectNotStartedError(ConflictError):
    """There is nothing to mine before the project's start date."""

    def __init__(self, project_id: int, starts_on: date) -> None:
        super().__init__(
            f"Project {project_id} starts on {starts_on}, so there is nothing to mine yet: ask again on that day.",
            starts_on=starts_on.isoformat(),
        )


class ProjectNotMineableError(ConflictError):
    def __init__(self, project_id: int, stage: Stage) -> None:
        remedy = "open it first" if stage is Stage.DRAFT else "reopen it first"
        super().__init__(f"Project {project_id} is {stage} and cannot be mined: {remedy}.", stage=stage)


class RequesterUnknownError(NotFoundError):
    def __init__(self, login: str) -> None:
        super().__init__(
            f"There is no account {login} that could have requested this run: start it signed in as an account.",
            login=login,
        )


class MiningJobWaitingError(ConflictError):
    """The same job is already waiting to start."""

    def __init__(self, mining_job_id: int) -> None:
        super().__init__(
            f"Mining job {mining_job_id} of this project with this rule set is waiting already: follow that one.",
            mining_job_id=mining_job_id,
        )


class MiningJobMoveError(ConflictError):
    def __init__(self, mining_job_id: int, state: State, move: Move) -> None:
        possible = [known.value for known, (sources, _) in MOVES.items() if state in sources]
        remedy = f"what it can do now is {' or '.join(possible)}" if possible else "request a new one"
        super().__init__(f"Mining job {mining_job_id} is {state}, so it cannot {move}: {remedy}.", state=state)
