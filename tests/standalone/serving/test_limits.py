"""What the environment may set, and what it is told when it sets nonsense."""

import pytest

from standalone.errors import StandaloneError
from standalone.serving.limits import ConnectionLimits, limits_from_environment


def test_every_limit_can_be_set() -> None:
    given = {
        "TASK_MINING_CONNECTIONS_MAX_COUNT": "50",
        "TASK_MINING_CONNECTIONS_HEADER_SECONDS": "2.5",
        "TASK_MINING_CONNECTIONS_IDLE_SECONDS": "",
        "PATH": "/bin",
    }
    assert limits_from_environment(given) == ConnectionLimits(max_count=50, header_seconds=2.5)


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", "nan", "inf"])
def test_what_is_no_number_above_zero_is_refused(value: str) -> None:
    with pytest.raises(StandaloneError, match=r"MAX_COUNT is .*: set it to a whole number above 0"):
        limits_from_environment({"TASK_MINING_CONNECTIONS_MAX_COUNT": value})


def test_a_name_that_is_no_setting_is_refused_with_those_that_are() -> None:
    with pytest.raises(StandaloneError, match=r"MAX_COUNTS is no setting: use one of .*MAX_COUNT,"):
        limits_from_environment({"TASK_MINING_CONNECTIONS_MAX_COUNTS": "5"})


def test_whoever_keeps_the_pace_is_waited_for() -> None:
    limits = ConnectionLimits(body_seconds=20, answer_seconds=30, least_bytes_per_second=1_000)
    assert [limits.is_body_too_slow(seconds, 5_000) for seconds in (20, 25, 26)] == [False, False, True]
    assert [limits.is_answer_too_slow(seconds, 0) for seconds in (30, 31)] == [False, True]
