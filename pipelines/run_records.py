"""Deletes Dagster's own records of runs, so that its tables do not grow for ever.

Who launched what stays in the audit log; ticks of sensors have their time in dagster.yaml.
"""

from datetime import datetime, timedelta

import dagster as dg

KEPT_FOR = timedelta(days=90)
#: So many at a time: one may have thousands of events.
RUNS_AT_ONCE = 50
ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def delete_old_runs(instance: dg.DagsterInstance, *, now: datetime) -> int:
    """Those that ended, with their events, when they were made longer ago than `KEPT_FOR`; how many."""
    old = dg.RunsFilter(statuses=ENDED, created_before=now - KEPT_FOR)
    count = 0
    while records := instance.get_run_records(filters=old, limit=RUNS_AT_ONCE, ascending=True):
        for record in records:
            instance.delete_run(record.dagster_run.run_id)
        count += len(records)
    return count
