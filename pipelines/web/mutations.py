"""Which mutations of Dagster's GraphQL may be sent at all, what each is, and whether its answer says that it was done.

Add a mutation here after looking at what it does: nobody may send what is not here. Launches are checked again where
the run itself is added (`launches`).
"""

import re
from collections.abc import Iterable
from typing import Any

from pipelines.web.sessions import Action

_LAUNCHES = "launchPipelineExecution launchRun launchMultipleRuns launchPipelineReexecution launchRunReexecution"
_TERMINATIONS = "terminatePipelineExecution terminateRun terminateRuns"
_CHANGES = (
    "launchPartitionBackfill resumePartitionBackfill reexecutePartitionBackfill cancelPartitionBackfill "
    "startSchedule stopRunningSchedule resetSchedule scheduleDryRun startSensor stopSensor resetSensor "
    "setSensorCursor sensorDryRun deletePipelineRun deleteRun wipeAssets reportRunlessAssetEvents "
    "reportAssetCheckEvaluations addDynamicPartition deleteDynamicPartitions reloadRepositoryLocation reloadWorkspace "
    "setConcurrencyLimit deleteConcurrencyLimit freeConcurrencySlots freeConcurrencySlotsForRun"
)
MUTATIONS = {
    name: action
    for action, names in ((Action.LAUNCH, _LAUNCHES), (Action.TERMINATE, _TERMINATIONS), (Action.CHANGE, _CHANGES))
    for name in names.split()
}
#: What analysts need to see their buttons; everything else shows as switched off.
ANALYSTS_PERMISSIONS = {"launch_pipeline_execution", "launch_pipeline_reexecution", "terminate_pipeline_execution"}

#: Names of the types by which Dagster says that it did as asked; all others are errors of many names.
DONE = re.compile(r".*(Success|Result)|Sensor|Workspace|WorkspaceLocationEntry|DryRunInstigationTick")
LISTS = ("terminateRunResults", "launchMultipleRunsResult")


def run_ids_of(arguments: dict[str, Any]) -> list[str]:
    """Those that a termination names."""
    several = arguments.get("runIds")
    return [str(each) for each in several] if isinstance(several, list) else [str(arguments.get("runId", ""))]


def failed_among(subjects: Iterable[str], answer: Any) -> dict[str, str]:
    """Subject → why, of what was to be done and was not, by what the mutation answered."""
    parts = next((list(getattr(answer, name)) for name in LISTS if hasattr(answer, name)), [answer])
    failures = [part for part in parts if not _is_done(part)]
    if not failures:
        return {}
    done = {part.run.run_id for part in parts if _is_done(part) and hasattr(part, "run")}
    reasons = " ".join(str(getattr(failure, "message", type(failure).__name__)) for failure in failures)
    return {subject: reasons for subject in subjects if subject not in done}


def _is_done(answer: Any) -> bool:
    if answer is None or isinstance(answer, bool):
        return bool(answer)
    name = getattr(getattr(type(answer), "_meta", None), "name", type(answer).__name__)
    return DONE.fullmatch(name) is not None
