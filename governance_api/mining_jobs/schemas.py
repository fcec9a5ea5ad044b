"""Bodies about mining jobs and their moves."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from governance_api.edge.schemas import Answer, Body, Login, Name, Report, Secret, SomeText
from governance_api.mining_jobs.run_actions import RunAction
from governance_api.mining_jobs.states import State


class MiningJobCreation(Body):
    """With the newest rule set unless a version is named."""

    rule_set_version: int | None = None


class MiningJobOpening(Body):
    """A run that somebody started in Dagster; `requested_by` is the login of whoever did, where Dagster knows."""

    run_id: Name
    requested_by: Login | None = None


class MiningJobStart(Body):
    run_id: Name


class MiningJobProgress(Body):
    progress: SomeText


class MiningJobFinish(Body):
    """Row counts by table; `missing` are the logins of those who were left out for want of an approval."""

    row_counts: Report
    missing: Annotated[list[Login], Field(max_length=10_000)] | None = None


class MiningJobFailure(Body):
    """One sentence that ends in the remedy."""

    error: SomeText


class MinedThrough(Answer):
    """The approvals that a person is mined through, as far as the person consents to them."""

    workstation_user_login: str
    approval_ids: list[int]


class RunActionCreation(Body):
    """What somebody is about to do in Dagster.

    `session_secret` is the cookie or token of whoever asks; `subject` a run, a backfill or the name of a mutation;
    `project_ids` the projects whose partitions it is about, and none when it is about anything else.
    """

    session_secret: Secret
    action: RunAction
    subject: Name
    project_ids: Annotated[list[int], Field(max_length=1_000)]
    facts: Report


class MiningJobAnswer(Answer):
    """`missing` have no approval that the project may use; who of the others did not consent is told to nobody."""

    mining_job_id: int
    project_id: int
    rule_set_version: int
    state: State
    requested_by: int
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    progress: str
    row_counts: dict[str, Any] | None
    error: str | None
    run_id: str | None
    missing: list[str]
    assignments: list[MinedThrough]
