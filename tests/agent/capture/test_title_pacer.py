"""A window that changes its title without end is slowed down; a change of window never is."""

from agent.capture.title_pacer import PACE_US, TitlePacer


def test_ten_thousand_title_changes_a_second_are_read_a_few_times_and_the_last_one_is_read() -> None:
    pacer = TitlePacer()
    read = []
    for number in range(10_000):
        at_us = number * 100
        if pacer.is_due(now_us=at_us) or pacer.may_read(window=1, at_us=at_us):
            read.append(number)
    assert pacer.due_us is not None
    assert pacer.is_due(now_us=pacer.due_us)
    assert not pacer.is_due(now_us=10 * PACE_US)
    assert len(read) <= 1_000_000 // PACE_US + 1


def test_a_change_of_window_is_read_at_once() -> None:
    pacer = TitlePacer()
    assert pacer.may_read(window=1, at_us=PACE_US)
    assert not pacer.may_read(window=1, at_us=PACE_US + 10)
    assert pacer.may_read(window=2, at_us=PACE_US + 20)
    assert pacer.due_us is None


def test_a_quiet_window_is_read_at_once() -> None:
    pacer = TitlePacer()
    assert pacer.may_read(window=1, at_us=PACE_US)
    assert pacer.may_read(window=1, at_us=2 * PACE_US)
