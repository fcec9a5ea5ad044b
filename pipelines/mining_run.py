"""One mining job as its run sees it: which job, its facts, and what the API is told on the way.

What the steps do belongs to the assets.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import dagster as dg

from pipelines.mining.facts.project import MiningFacts
from pipelines.resources.audit_trails import AuditTrailReader
from pipelines.resources.governance import GovernanceReader, MiningJob, MissingProjectError
from pipelines.resources.governance_api import GovernanceApi, GovernanceApiError

MINING_JOB_TAG = "task_mining/mining_job_id"
MINING_RESOURCES = {"lake", "dbt", "governance", "governance_api", "audit_trails", "settings"}


@dataclass(frozen=True)
class MiningRun:
    """A run of mine_project. Without the tag (materialized by hand) nobody is told, and the latest job decides."""

    project_id: int
    mining_job_id: int | None
    run_id: str
    governance: GovernanceReader
    audit_trails: AuditTrailReader
    api: GovernanceApi

    @cached_property
    def job(self) -> MiningJob:
        """Raises MissingProjectError when no job was ever requested for the project."""
        found = (
            self.governance.find_latest_mining_job(self.project_id)
            if self.mining_job_id is None
            else self.governance.find_mining_job(self.mining_job_id)
        )
        if found is None:
            raise MissingProjectError(
                f"No mining job was requested for project {self.project_id}: "
                f"request one with POST /projects/{self.project_id}/mining-jobs."
            )
        return found

    def facts(self) -> MiningFacts:
        return self.governance.mining_facts(self.job, self.audit_trails)

    def start(self) -> None:
        if self.mining_job_id is not None:
            self.api.start_mining_job(self.mining_job_id, run_id=self.run_id)

    def say(self, progress: str) -> None:
        if self.mining_job_id is not None:
            self.api.report_progress(self.mining_job_id, progress)

    def finish(self, row_counts: dict[str, int], missing: tuple[str, ...]) -> None:
        if self.mining_job_id is not None:
            self.api.finish_mining_job(self.mining_job_id, row_counts=row_counts, missing=missing)


def mining_run(context: dg.AssetExecutionContext) -> MiningRun:
    tag = context.run.tags.get(MINING_JOB_TAG)
    return MiningRun(
        project_id=int(context.partition_key),
        mining_job_id=None if tag is None else int(tag),
        run_id=context.run.run_id,
        governance=context.resources.governance,
        audit_trails=context.resources.audit_trails,
        api=context.resources.governance_api,
    )


@dg.failure_hook(required_resource_keys={"governance_api"})
def fail_mining_job(context: dg.HookContext) -> None:
    """Tells the API at once. What it cannot tell, the sensor on failed runs tells later."""
    tag = _run_tags(context).get(MINING_JOB_TAG)
    if tag is None:
        return
    try:
        context.resources.governance_api.fail_mining_job(int(tag), error=sentence_of(context.op_exception))
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


def _run_tags(context: Any) -> dict[str, str]:
    run = context.instance.get_run_by_id(context.run_id)
    return dict(run.tags) if run else {}
