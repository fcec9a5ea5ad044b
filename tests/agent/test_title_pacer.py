"""A window that changes its title without end is slowed down; a change of window never is."""

from agent.title_pacer import PACE_US, TitlePacer


def test_ten_thousand_title_changes_a_second_become_a_few_and_the_last_one_arrives() -> None:
    pacer: TitlePacer[str] = TitlePacer()
    passed = []
    for number in range(10_000):
        at_us = number * 100
        passed += pacer.due(now_us=at_us)
        passed += pacer.offer(f"title {number}", window=1, at_us=at_us)
    assert pacer.due_us is not None
    passed += pacer.due(now_us=pacer.due_us)
    assert len(passed) <= 1_000_000 // PACE_US + 2
    assert passed[-1] == "title 9999"


def test_a_change_of_window_passes_at_once_and_brings_the_held_title_along() -> None:
    pacer: TitlePacer[str] = TitlePacer()
    assert pacer.offer("a", window=1, at_us=0) == ["a"]
    assert pacer.offer("a2", window=1, at_us=10) == []
    assert pacer.offer("b", window=2, at_us=20) == ["a2", "b"]
    assert pacer.due_us is None


def test_a_quiet_window_changes_its_title_at_once() -> None:
    pacer: TitlePacer[str] = TitlePacer()
    pacer.offer("a", window=1, at_us=0)
    assert pacer.offer("b", window=1, at_us=PACE_US) == ["b"]
