"""The deployment of dashboards: what does not answer is asked again, a missing setting is told at once."""

from collections.abc import Sequence
from pathlib import Path

import dagster as dg
import pytest

from pipelines.assets.dashboards import dashboards
from pipelines.settings import read_settings
from standalone.ports import free_port

ENVIRONMENT = {
    "TASK_MINING_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "TASK_MINING_PIPELINES_TOKEN": "none",
}


def deploy(home: Path, **environment: str) -> Sequence[dg.DagsterEvent]:
    settings = read_settings({**ENVIRONMENT, "TASK_MINING_HOME": str(home), **environment})
    return dg.materialize([dashboards], resources={"settings": settings}, raise_on_error=False).all_events


def retries(events: Sequence[dg.DagsterEvent]) -> int:
    return sum(event.event_type is dg.DagsterEventType.STEP_UP_FOR_RETRY for event in events)


def test_what_does_not_answer_is_asked_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr("time.time", lambda: now[0])
    events = deploy(
        tmp_path,
        TASK_MINING_SUPERSET_URL=f"http://127.0.0.1:{free_port()}",
        TASK_MINING_SUPERSET_PASSWORD="none",
        TASK_MINING_DASHBOARDS_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
    )
    assert retries(events) == 3
    assert any(event.is_step_failure for event in events)
    assert sorted(round(seconds) for seconds in waited if seconds > 5) == [15, 45, 105]


def test_a_missing_setting_is_told_at_once(tmp_path: Path) -> None:
    events = deploy(tmp_path)
    (failure,) = (event for event in events if event.is_step_failure)
    assert retries(events) == 0
    assert "TASK_MINING_SUPERSET_URL" in str(failure.step_failure_data.user_failure_data)
