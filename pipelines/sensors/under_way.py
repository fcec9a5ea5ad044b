"""Says whether runs of a job are waiting or at work, so that no sensor asks for what is on its way."""

import dagster as dg

from pipelines.partitions import PARTITION_TAG

WAITING = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED]
UNDER_WAY = [
    *WAITING,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def is_waiting(instance: dg.DagsterInstance, job_name: str) -> bool:
    """Whether one has not begun yet."""
    return instance.get_runs_count(dg.RunsFilter(job_name=job_name, statuses=WAITING)) > 0


def is_under_way(instance: dg.DagsterInstance, job_name: str, *, partition_key: str | None = None) -> bool:
    """Of any partition, unless one is named."""
    tags = {} if partition_key is None else {PARTITION_TAG: partition_key}
    return instance.get_runs_count(dg.RunsFilter(job_name=job_name, statuses=UNDER_WAY, tags=tags)) > 0
