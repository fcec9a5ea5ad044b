"""Dagster's records of runs are kept for some months; what is under way is never among those that go."""

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from pipelines import run_records
from pipelines.run_records import KEPT_FOR, delete_old_runs


@dg.job
def idle() -> None:
    pass


def test_what_ended_long_ago_goes_with_its_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_records, "RUNS_AT_ONCE", 2)
    with dg.DagsterInstance.ephemeral() as instance:
        ended = [idle.execute_in_process(instance=instance).run_id for _ in range(5)]
        under_way = instance.create_run_for_job(idle, status=dg.DagsterRunStatus.STARTED)
        assert delete_old_runs(instance, now=datetime.now(UTC) + KEPT_FOR - timedelta(days=1)) == 0
        assert all(instance.get_records_for_run(run_id).records for run_id in ended)
        assert delete_old_runs(instance, now=datetime.now(UTC) + KEPT_FOR + timedelta(days=1)) == len(ended)
        assert [run.run_id for run in instance.get_runs()] == [under_way.run_id]
        assert not any(instance.get_records_for_run(run_id).records for run_id in ended)
