"""Bars of text: the highest count has the longest, and nothing at all is no bar."""

from pipelines.assets.bars import LENGTH, bars


def test_no_counts_are_no_bars() -> None:
    assert bars({}) == "```\n```"
    assert bars({"a": 0}) == "```\na  0\n```"


def test_the_highest_count_has_the_longest_bar() -> None:
    lines = bars({"a": 10, "b": 5}).splitlines()
    assert [line.count("█") for line in lines[1:-1]] == [LENGTH, LENGTH // 2]
