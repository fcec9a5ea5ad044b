"""The difference of two clocks is found in every answer, and small or doubtful ones are none."""

import pytest

from agent.service_link.server_clock import SECOND_US, ServerClock, date_us

NOW = 1_790_000_000 * SECOND_US


def _clock() -> tuple[ServerClock, list[int]]:
    heard: list[int] = []
    return ServerClock(heard.append), heard


def _look(clock: ServerClock, ahead_seconds: float, *, way_seconds: float = 0.02, at_us: int = NOW) -> None:
    way_us = int(way_seconds * SECOND_US)
    server_us = at_us + way_us // 2 + int(ahead_seconds * SECOND_US)
    clock.look(server_us=server_us, sent_us=at_us, received_us=at_us + way_us)


def test_before_the_first_answer_nothing_is_known() -> None:
    clock, heard = _clock()
    assert clock.shift_us is None
    assert clock.server_us(NOW) == NOW
    assert heard == []


@pytest.mark.parametrize("seconds", [16, 600, 86_400, -16, -600, -86_400])
def test_a_wrong_clock_is_known_from_the_first_answer(seconds: int) -> None:
    clock, heard = _clock()
    _look(clock, seconds)
    assert heard == [seconds * SECOND_US]
    assert clock.server_us(NOW) == NOW + seconds * SECOND_US


@pytest.mark.parametrize("seconds", [0, 1.5, -1.9])
def test_a_difference_within_the_tolerance_is_none(seconds: float) -> None:
    clock, heard = _clock()
    _look(clock, seconds)
    assert heard == [0]


def test_a_slow_answer_is_no_proof_of_a_wrong_clock() -> None:
    clock, _ = _clock()
    _look(clock, 8, way_seconds=18)
    assert clock.shift_us == 0
    _look(clock, 16)
    assert clock.shift_us == 16 * SECOND_US


def test_a_clock_that_is_known_does_not_wander_with_every_answer() -> None:
    clock, heard = _clock()
    for number in range(20):
        _look(clock, 600 + number % 3 * 0.3)
    assert heard == [600 * SECOND_US]


def test_the_date_of_an_answer_says_it_to_the_second() -> None:
    clock, heard = _clock()
    clock.hear_answer("Mon, 21 Sep 2026 14:13:20 GMT", sent_us=NOW, received_us=NOW)
    assert heard == [0]
    clock, heard = _clock()
    clock.hear_answer("Mon, 21 Sep 2026 15:13:20 GMT", sent_us=NOW, received_us=NOW)
    assert heard == [3600 * SECOND_US + SECOND_US // 2]


@pytest.mark.parametrize("text", ["", "yesterday", "Mon, 31 Feb 2026 14:13:20 GMT", "Mon, 21 Sep 2026 14:13:20 CET"])
def test_what_is_no_date_says_nothing_and_after_some_answers_the_own_clock_has_to_do(text: str) -> None:
    assert date_us(text) is None
    clock, heard = _clock()
    for _ in range(2):
        clock.hear_answer(text, sent_us=NOW, received_us=NOW)
    assert heard == []
    clock.hear_answer(text, sent_us=NOW, received_us=NOW)
    assert heard == [0]
