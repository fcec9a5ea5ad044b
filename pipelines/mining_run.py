"""Ties a Dagster run to its mining job: the facts it mines by, and what the API is told on the way.

A run that the sensor requested names its job by a tag. A run that somebody started or repeated in Dagster opens a job
of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import dagster as dg

from pipelines.mining.facts.project import MiningFacts
from pipelines.mining.lake.files import Lake, sole_writer
from pipelines.partitions import project_id_of
from pipelines.resources.audit_trails import AuditTrailReader
from pipelines.resources.governance import GovernanceReader, MiningJob, MissingProjectError
from pipelines.resources.governance_api import GovernanceApi, GovernanceApiError
from pipelines.resources.mining_claims import MiningClaims

MINING_JOB_TAG = "task_mining/mining_job_id"
PARENT_RUN_TAG = "dagster/parent_run_id"
"""Dagster's own: the run that this one repeats. It hands all its tags on, and so the mining job that it ended."""
ACCOUNT_TAG = "task_mining/account"
"""The login of whoever started the run, set by what stands in front of Dagster: Dagster itself knows no users."""
MINING_RESOURCES = {"lake", "dbt", "governance", "governance_api", "audit_trails", "settings", "mining_claims"}
FIRST_STEP = "context_categories"
STEPS = {FIRST_STEP, "datamart_and_aggregates", "marts"}
"""The steps of a mining job, by the names of their assets' functions."""


class PartialMiningError(RuntimeError):
    """A run holds some steps of a mining job only: what it published would not be what one job mined."""

    def __init__(self, missing: set[str]) -> None:
        super().__init__(
            f"This run leaves out {', '.join(sorted(missing))}, and a project is mined as a whole: "
            "materialize its partition with the job mine_project."
        )


@dataclass(frozen=True)
class MiningRun:
    """A run over one project's partition."""

    project_id: int
    mining_job_id: int
    run_id: str
    governance: GovernanceReader
    audit_trails: AuditTrailReader
    api: GovernanceApi
    claims: MiningClaims

    @cached_property
    def job(self) -> MiningJob:
        """Raises MissingProjectError when the job is gone."""
        found = self.governance.find_mining_job(self.mining_job_id)
        if found is None:
            raise MissingProjectError(
                f"There is no mining job {self.mining_job_id}: "
                f"request one with POST /projects/{self.project_id}/mining-jobs."
            )
        return found

    def facts(self) -> MiningFacts:
        return self.governance.mining_facts(self.job, self.audit_trails)

    def start(self) -> None:
        self.api.start_mining_job(self.mining_job_id, run_id=self.run_id)

    @contextmanager
    def sole_writer(self, lake: Lake) -> Iterator[None]:
        """Waits for the lake, and is still the only run that mines the project then. Raises ClaimLostError."""
        with sole_writer(lake):
            self.claims.require(self.project_id)
            yield

    def say(self, progress: str) -> None:
        self.api.report_progress(self.mining_job_id, progress)

    def finish(self, row_counts: dict[str, int], missing: tuple[str, ...]) -> None:
        self.api.finish_mining_job(self.mining_job_id, row_counts=row_counts, missing=missing)


def mining_run(context: dg.AssetExecutionContext) -> MiningRun:
    """The first step waits here until no other run mines the project; the claim is held until the run ends.

    Raises PartialMiningError before anything changes, GovernanceApiError when the API refuses the run a job, and
    ClaimLostError.
    """
    steps = {node.name for node in context.job_def.nodes}
    if context.run.step_keys_to_execute is not None:  # repeated from where it failed
        steps &= set(context.run.step_keys_to_execute)
    if left_out := STEPS - steps:
        raise PartialMiningError(left_out)
    project_id, api = project_id_of(context.partition_key), context.resources.governance_api
    claims: MiningClaims = context.resources.mining_claims
    if context.op_execution_context.op.name == FIRST_STEP:
        claims.take(project_id, say=context.log.info)
    claims.require(project_id)
    job_id = own_mining_job(context.instance, context.run.run_id)
    if job_id is None:
        requested_by = context.run.tags.get(ACCOUNT_TAG)
        job_id = str(api.open_mining_job(project_id, run_id=context.run.run_id, requested_by=requested_by))
        context.instance.add_run_tags(context.run.run_id, {MINING_JOB_TAG: job_id})
    return MiningRun(
        project_id=project_id,
        mining_job_id=int(job_id),
        run_id=context.run.run_id,
        governance=context.resources.governance,
        audit_trails=context.resources.audit_trails,
        api=api,
        claims=claims,
    )


@dg.failure_hook(required_resource_keys={"governance_api"})
def fail_mining_job(context: dg.HookContext) -> None:
    """Tells the API at once. What it cannot tell, the sensor on failed runs tells later."""
    job_id = own_mining_job(context.instance, context.run_id)
    if job_id is None:
        return
    try:
        context.resources.governance_api.fail_mining_job(int(job_id), error=sentence_of(context.op_exception))
    except GovernanceApiError as error:
        context.log.warning(str(error))


def sentence_of(error: BaseException | None) -> str:
    """The innermost reason, as the one sentence our errors are; the kind of error before what others say."""
    if error is None:
        return "The run failed without saying why: look at it in Dagster."
    reason = error
    while reason.__cause__ is not None:
        reason = reason.__cause__
    text = " ".join(str(reason).split())
    is_ours = type(reason).__module__.split(".")[0] in {"pipelines", "domain"}
    return text if is_ours else f"{type(reason).__name__}: {text} Look at the run in Dagster."


def own_mining_job(instance: dg.DagsterInstance, run_id: str) -> str | None:
    """The mining job that the run is tagged with; None for one that came with the tags of the run that this repeats."""
    tags = _run_tags(instance, run_id)
    job_id = tags.get(MINING_JOB_TAG)
    if PARENT_RUN_TAG in tags and job_id == _run_tags(instance, tags[PARENT_RUN_TAG]).get(MINING_JOB_TAG):
        return None
    return job_id


def _run_tags(instance: dg.DagsterInstance, run_id: str) -> dict[str, str]:
    """As they are stored now: the first step of a run may have added one."""
    run = instance.get_run_by_id(run_id)
    return dict(run.tags) if run else {}
