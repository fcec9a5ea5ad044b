"""Above five percent for a minute the agent gives up element look-ups, says so, and takes them up well below."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.supervision.health import RESUMED_BELOW_PERCENT, SHED_ABOVE_PERCENT, Shedding, Usage
from tests.agent.running import running_agent
from tests.fakes.agent_process import open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import wait_for

PERCENTS = st.floats(0, 100)


def test_a_busy_minute_sheds_and_a_quiet_one_resumes() -> None:
    shedding = Shedding()
    assert not shedding.judge(5.0, over_seconds=60)
    assert shedding.judge(5.1, over_seconds=60)
    assert shedding.judge(3.0, over_seconds=60)  # in between nothing changes
    assert not shedding.judge(1.9, over_seconds=60)


@given(st.booleans(), PERCENTS, st.floats(0, 49))
def test_less_than_a_minute_decides_nothing(is_shed: bool, percent: float, seconds: float) -> None:
    shedding = Shedding()
    shedding.is_shed = is_shed
    assert shedding.judge(percent, over_seconds=seconds) is is_shed


@given(st.lists(PERCENTS, max_size=20))
def test_the_last_minute_outside_the_middle_decides(minutes: list[float]) -> None:
    shedding = Shedding()
    for percent in minutes:
        shedding.judge(percent, over_seconds=60)
    told = [each for each in minutes if each > SHED_ABOVE_PERCENT or each < RESUMED_BELOW_PERCENT]
    assert shedding.is_shed is bool(told and told[-1] > SHED_ABOVE_PERCENT)


def test_shedding_reaches_the_backend_the_status_and_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([(9.0, 60.0), (9.0, 60.0)])
    monkeypatch.setattr(Usage, "look", lambda self: next(looks, (1.0, 60.0)))
    with AgentService(policy=open_policy()) as service, running_agent(tmp_path, service) as run:
        wait_for(lambda: service.health, what="the first health")
        assert run.backend.is_element_shed
        flag = "element look-ups are off to spare the machine"
        assert flag in run.agent.status.report().flags
        assert flag in service.health[0]["flags"]  # type: ignore[operator]
        run.agent._health()
        assert run.backend.is_element_shed
        run.agent._health()
        assert not run.backend.is_element_shed
        assert flag not in run.agent.status.report().flags
