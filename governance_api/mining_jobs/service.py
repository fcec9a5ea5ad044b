"""Requests mining jobs and moves them through their states.

The pipelines do the mining: they follow the table and move jobs over HTTP.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance_api.accounts.service import find_account_for_sign_in, find_caller
from governance_api.approvals.service import (
    PersonStage,
    ProjectPersonAnswer,
    approvals_to_mine_by,
    list_project_people,
)
from governance_api.audit.service import AuditTag, NewEntry, record, record_each
from governance_api.categorization.service import get_latest_version, get_rule_set
from governance_api.edge.paging import Page
from governance_api.errors import NotFoundError
from governance_api.mining_jobs.errors import (
    MiningJobMoveError,
    MiningJobUnknownError,
    MiningJobWaitingError,
    ProjectNotMineableError,
    ProjectNotStartedError,
    RequesterUnknownError,
)
from governance_api.mining_jobs.permissions import REQUESTERS
from governance_api.mining_jobs.states import MOVES, Move, State
from governance_api.mining_jobs.tables import MiningJob
from governance_api.projects.service import (
    MINEABLE_STAGES,
    Project,
    find_project,
    get_editable,
    get_project,
    lock_editable,
    lock_project,
)
from governance_api.security.callers import Caller
from governance_api.security.permissions import check_roles


def request_mining_job(
    session: Session, project_id: int, *, rule_set_version: int | None = None, by: Caller, now: datetime
) -> MiningJob:
    """With the newest rule set unless one is named. Those without approval are named and will be left out."""
    project = lock_editable(session, project_id, by=by)
    _check_mineable(project, now=now)
    version = get_rule_set(session, rule_set_version or get_latest_version(session)).rule_set_version
    waiting = session.scalar(
        select(MiningJob).where(
            MiningJob.project_id == project_id,
            MiningJob.rule_set_version == version,
            MiningJob.state == State.REQUESTED,
        )
    )
    if waiting is not None:
        raise MiningJobWaitingError(waiting.mining_job_id)
    return _add_job(session, project, version, by=by, now=now)


def open_mining_job(
    session: Session, project_id: int, *, run_id: str, requested_by: str | None, by: Caller, now: datetime
) -> MiningJob:
    """The job of a run that was started in Dagster: requested and running at once, so that nothing starts it again.

    A person is held to what she may do over HTTP. Where Dagster knows nobody, the service account has requested it.
    """
    who: Caller | None = by
    if requested_by is not None:
        account = find_account_for_sign_in(session, requested_by)
        who = find_caller(session, account.account_id) if account else None
    if who is None:
        raise RequesterUnknownError(str(requested_by))
    lock_project(session, project_id)
    if requested_by is None:
        project = get_project(session, project_id, by=by)
    else:
        check_roles(who, REQUESTERS)
        project = get_editable(session, project_id, by=who)
    known = session.scalar(
        select(MiningJob).where(MiningJob.project_id == project_id, MiningJob.run_id == run_id).limit(1)
    )
    if known is not None:
        return known
    _check_mineable(project, now=now)
    version = get_latest_version(session)
    job = _add_job(session, project, version, by=who, now=now, origin="dagster", run_id=run_id)
    return move_mining_job(session, job.mining_job_id, Move.START, {"run_id": run_id}, by=by, now=now)


def _add_job(session: Session, project: Project, version: int, *, by: Caller, now: datetime, **facts: str) -> MiningJob:
    job = MiningJob(
        project_id=project.project_id,
        rule_set_version=version,
        state=State.REQUESTED,
        requested_by=by.account_id,
        requested_at=now,
        progress="",
        missing=_lacking_approval(list_project_people(session, project)),
        assignments=_mined_through(session, project),
    )
    session.add(job)
    project.last_opened_at = now
    session.flush()
    what = {"project_id": project.project_id, "rule_set_version": version, **facts}
    record(session, AuditTag.MINING_JOB_REQUESTED, job.mining_job_id, by=by, now=now, **what)
    return job


def move_mining_job(
    session: Session, mining_job_id: int, move: Move, changes: dict[str, Any], *, by: Caller, now: datetime
) -> MiningJob:
    """A move made again with the same content changes nothing: whoever moves jobs may repeat after a lost answer."""
    job = session.get(MiningJob, mining_job_id, with_for_update=True)
    if job is None:
        raise MiningJobUnknownError(mining_job_id)
    if "missing" in changes:
        changes = {**changes, "missing": _without_refusals(session, job, changes["missing"])}
    sources, target = MOVES[move]
    state = job.state
    if state is target and all(getattr(job, name) == value for name, value in changes.items()):
        return job
    if state not in sources:
        raise MiningJobMoveError(mining_job_id, state, move)
    job.state = target
    for name, value in changes.items():
        setattr(job, name, value)
    if move is Move.FINISH and (project := find_project(session, job.project_id)) is not None:
        job.assignments = _mined_through(session, project)
    if move is Move.START:
        job.started_at = now
    if target in {State.DONE, State.FAILED}:
        job.finished_at = now
    if move is not Move.PROGRESS:
        record(session, AuditTag.MINING_JOB_MOVED, mining_job_id, by=by, now=now, state=target, **changes)
    return job


def lock_mining_jobs(session: Session, project_id: int) -> None:
    """Nobody else moves those that wait or run until commit."""
    _lock_unfinished(session, project_id)


def end_mining_jobs(session: Session, project_id: int, *, reason: str, by: Caller, now: datetime) -> None:
    """Fails those that wait or run, whoever works on them: what a run reports of one later is refused."""
    _, target = MOVES[Move.FAIL]
    added = []
    for job in _lock_unfinished(session, project_id):
        job.state, job.error, job.finished_at = target, reason, now
        facts = {"state": target, "error": reason}
        added.append(NewEntry(tag=AuditTag.MINING_JOB_MOVED, noun_id=job.mining_job_id, by=by, facts=facts))
    record_each(session, added, now=now)


def _lock_unfinished(session: Session, project_id: int) -> Sequence[MiningJob]:
    """As they stand now."""
    sources, _ = MOVES[Move.FAIL]
    unfinished = (MiningJob.project_id == project_id, MiningJob.state.in_(sources))
    locking = select(MiningJob).where(*unfinished).order_by(MiningJob.mining_job_id).with_for_update()
    return session.scalars(locking, execution_options={"populate_existing": True}).all()


def get_mining_job(session: Session, mining_job_id: int, *, by: Caller) -> MiningJob:
    """Raises MiningJobUnknownError also for a job of a project that the caller may not see."""
    job = session.get(MiningJob, mining_job_id)
    if job is None:
        raise MiningJobUnknownError(mining_job_id)
    try:
        get_project(session, job.project_id, by=by)
    except NotFoundError as error:
        raise MiningJobUnknownError(mining_job_id) from error
    return job


def list_mining_jobs(session: Session, project_id: int, page: Page, *, by: Caller) -> list[MiningJob]:
    """The history of a project, oldest first."""
    get_project(session, project_id, by=by)
    statement = select(MiningJob).where(MiningJob.project_id == project_id)
    return list(session.scalars(page.of(statement, MiningJob.mining_job_id.expression)))


def _lacking_approval(people: Sequence[ProjectPersonAnswer]) -> list[str]:
    return [person.workstation_user_login for person in people if person.stage is not PersonStage.APPROVED]


def _mined_through(session: Session, project: Project) -> list[dict[str, Any]]:
    """Everybody with an approval that counts here, consented to or not: nobody learns by name who did not."""
    return [
        {"workstation_user_login": login, "approval_ids": [each.approval_id for each in approvals]}
        for login, approvals in approvals_to_mine_by(session, project).items()
    ]


def _without_refusals(session: Session, job: MiningJob, logins: Sequence[str]) -> list[str]:
    """Whoever has an approval and is missing all the same did not consent: nobody learns that by name."""
    project = find_project(session, job.project_id)
    lacking = _lacking_approval(list_project_people(session, project)) if project else []
    named = set(logins)
    return [login for login in lacking if login in named]


def _check_mineable(project: Project, *, now: datetime) -> None:
    if now.astimezone(UTC).date() < project.starts_on:
        raise ProjectNotStartedError(project.project_id, project.starts_on)
    if project.stage not in MINEABLE_STAGES:
        raise ProjectNotMineableError(project.project_id, project.stage)
