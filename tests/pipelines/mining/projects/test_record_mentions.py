"""A record number counts where it stands as a word of its own, in title or URL, in whatever case."""

import pyarrow as pa
import pytest

from pipelines.mining.projects.record_mentions import find_mentions


def mentions(title: str, url: str = "", *, cases: tuple[str, ...] = ("INC0012345",)) -> list[str]:
    contexts = pa.table({"context_key": [7], "window_title": [title], "url": [url]})
    return [row["case_id"] for row in find_mentions(contexts, cases).to_pylist()]


def test_no_case_is_no_mention() -> None:
    assert mentions("INC0012345", cases=()) == []
    assert mentions("anything", cases=("",)) == []


@pytest.mark.parametrize(
    ("title", "url"),
    [
        ("INC0012345 - Printer offline", ""),
        ("inc0012345", ""),
        ("", "https://desk.example/incident?number=INC0012345&view=all"),
        ("", "https://desk.example/incidents/INC0012345/edit"),
        ("Re: [INC0012345] Printer", ""),
        ("INC0012345.pdf", ""),
    ],
)
def test_a_word_of_its_own_is_found(title: str, url: str) -> None:
    assert mentions(title, url) == ["INC0012345"]


@pytest.mark.parametrize("title", ["INC00123456", "XINC0012345", "INC0012345-7"])
def test_a_longer_word_is_another_record(title: str) -> None:
    assert mentions(title) == []


def test_a_short_number_is_not_found_inside_others() -> None:
    assert mentions("12 items of 2012", cases=("12", "201")) == ["12"]


def test_several_cases_in_one_window_are_all_found() -> None:
    assert mentions("INC1 duplicates INC2", cases=("INC1", "INC2", "INC3")) == ["INC1", "INC2"]
