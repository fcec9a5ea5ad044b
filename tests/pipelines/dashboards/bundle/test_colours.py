"""One colour per word, the same on every chart and after every mining."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pipelines.dashboards.bundle.colours import label_colours
from pipelines.dashboards.bundle.files import read_bundle_files

COLOURS = read_bundle_files().colours
NAMES = st.text(min_size=1, max_size=12)


@given(st.dictionaries(NAMES, st.lists(NAMES, max_size=4), max_size=20), st.lists(NAMES, max_size=6))
def test_every_word_of_the_marts_has_a_colour(applications: dict[str, list[str]], tasks: list[str]) -> None:
    painted = label_colours(COLOURS, applications, tasks)
    words = {*applications, *tasks, *(name for names in applications.values() for name in names)}
    assert words <= painted.keys()
    assert all(re.fullmatch("#[0-9A-Fa-f]{6}", colour) for colour in painted.values())


def test_the_first_categories_look_different() -> None:
    categories = [f"Category {letter}" for letter in "ABCDEFGHIJKL"]
    painted = label_colours(COLOURS, dict.fromkeys(categories, ()), [])
    assert len({painted[category] for category in categories}) == len(categories)


def test_the_order_of_the_marts_rows_changes_nothing() -> None:
    there = label_colours(COLOURS, {"A": ["x", "y"], "B": ["z"]}, ["t", "u"])
    back = label_colours(COLOURS, {"B": ["z"], "A": ["y", "x", "x"]}, ["u", "t"])
    assert there == back


def test_what_is_uncategorized_is_grey_whatever_the_rules_name() -> None:
    assert label_colours(COLOURS, {"Other": ["Other"], "Aardvark": []}, [])["Other"] == COLOURS.categories["Other"]
