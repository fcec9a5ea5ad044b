"""Mining jobs: requested for a project, followed by whoever sees it, moved by the pipelines."""

from fastapi import APIRouter, Response, status

from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked
from governance_api.mining_jobs.permissions import (
    FollowsMiningJobs,
    MovesMiningJobs,
    RequestsMiningJobs,
    TellsRunActions,
)
from governance_api.mining_jobs.run_actions import record_run_action
from governance_api.mining_jobs.schemas import (
    MiningJobAnswer,
    MiningJobCreation,
    MiningJobFailure,
    MiningJobFinish,
    MiningJobOpening,
    MiningJobProgress,
    MiningJobStart,
    RunActionCreation,
)
from governance_api.mining_jobs.service import (
    get_mining_job,
    list_mining_jobs,
    move_mining_job,
    open_mining_job,
    request_mining_job,
)
from governance_api.mining_jobs.states import Move
from governance_api.security.recognition import TokenRecognition

router = APIRouter(tags=["mining jobs"])


@router.post("/projects/{project_id}/mining-jobs", status_code=status.HTTP_202_ACCEPTED)
def request(
    project_id: int,
    caller: RequestsMiningJobs,
    transaction: Transaction,
    now: Now,
    body: MiningJobCreation | None = None,
) -> MiningJobAnswer:
    """Asks for the project to be mined; `missing` names those left out for want of an approval."""
    version = body.rule_set_version if body else None
    return MiningJobAnswer.of(request_mining_job(transaction, project_id, rule_set_version=version, by=caller, now=now))


@router.post("/projects/{project_id}/mining-jobs/of-runs", status_code=status.HTTP_201_CREATED)
def open_for_run(
    project_id: int, body: MiningJobOpening, caller: MovesMiningJobs, transaction: Transaction, now: Now
) -> MiningJobAnswer:
    """Records a run that was started in Dagster as a running mining job; the same run again gives the same job."""
    return MiningJobAnswer.of(
        open_mining_job(transaction, project_id, run_id=body.run_id, requested_by=body.requested_by, by=caller, now=now)
    )


@router.get("/projects/{project_id}/mining-jobs")
def list_them(
    project_id: int, caller: FollowsMiningJobs, transaction: Transaction, page: PageAsked
) -> list[MiningJobAnswer]:
    return MiningJobAnswer.of_each(list_mining_jobs(transaction, project_id, page, by=caller))


@router.get("/mining-jobs/{mining_job_id}")
def read(mining_job_id: int, caller: FollowsMiningJobs, transaction: Transaction) -> MiningJobAnswer:
    return MiningJobAnswer.of(get_mining_job(transaction, mining_job_id, by=caller))


@router.post("/mining-jobs/{mining_job_id}/start")
def start(
    mining_job_id: int, body: MiningJobStart, caller: MovesMiningJobs, transaction: Transaction, now: Now
) -> MiningJobAnswer:
    return MiningJobAnswer.of(
        move_mining_job(transaction, mining_job_id, Move.START, body.model_dump(), by=caller, now=now)
    )


@router.post("/mining-jobs/{mining_job_id}/progress")
def progress(
    mining_job_id: int, body: MiningJobProgress, caller: MovesMiningJobs, transaction: Transaction, now: Now
) -> MiningJobAnswer:
    return MiningJobAnswer.of(
        move_mining_job(transaction, mining_job_id, Move.PROGRESS, body.model_dump(), by=caller, now=now)
    )


@router.post("/mining-jobs/{mining_job_id}/finish")
def finish(
    mining_job_id: int, body: MiningJobFinish, caller: MovesMiningJobs, transaction: Transaction, now: Now
) -> MiningJobAnswer:
    changes = body.model_dump(exclude_none=True)
    return MiningJobAnswer.of(move_mining_job(transaction, mining_job_id, Move.FINISH, changes, by=caller, now=now))


@router.post("/mining-jobs/{mining_job_id}/fail")
def fail(
    mining_job_id: int, body: MiningJobFailure, caller: MovesMiningJobs, transaction: Transaction, now: Now
) -> MiningJobAnswer:
    return MiningJobAnswer.of(
        move_mining_job(transaction, mining_job_id, Move.FAIL, body.model_dump(), by=caller, now=now)
    )


@router.post("/run-actions", status_code=status.HTTP_204_NO_CONTENT, response_class=Response)
def tell_run_action(
    body: RunActionCreation, _: TellsRunActions, recognition: TokenRecognition, transaction: Transaction, now: Now
) -> None:
    """Checks and audits what somebody is about to do in Dagster; without this answer it is not done."""
    who = recognition.of_person(transaction, body.session_secret, now=now)
    record_run_action(
        transaction,
        body.action,
        body.subject,
        project_ids=body.project_ids,
        facts=body.facts,
        by=who,
        now=now,
    )
