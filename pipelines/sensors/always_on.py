"""What all sensors have in common: they run from the first start on, and look again after some seconds."""

from collections.abc import Callable, Mapping
from typing import Any

import dagster as dg

from pipelines.partitions import PROJECTS, PROJECTS_NAME, project_keys


def always_on(
    description: str,
    *,
    every_s: int,
    job: Any | None = None,
    jobs: list[Any] | None = None,
) -> Callable[[Callable[..., Any]], dg.SensorDefinition]:
    """`dg.sensor`, running. `description` says what it waits for; its name is the function's."""
    return dg.sensor(
        job=job,
        jobs=jobs,
        description=description,
        minimum_interval_seconds=every_s,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )


def partitions_of(
    names: Mapping[int, str], context: dg.SensorEvaluationContext
) -> tuple[dict[int, str], list[dg.AddDynamicPartitionsRequest]]:
    """project id → key of its partition, and the request that makes those which are not there yet."""
    known = set(context.instance.get_dynamic_partitions(PROJECTS_NAME))
    keys = project_keys(names, known)
    new = sorted(set(keys.values()) - known)
    return keys, [PROJECTS.build_add_request(new)] if new else []
