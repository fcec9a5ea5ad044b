"""A page's title is known again in a window's, though nobody keeps it."""

import msgspec
import pytest

from agent.capture.browser_titles import plain_title
from agent.capture.title_marks import TitleMarks


@pytest.mark.parametrize(
    ("window_title", "page_title", "is_shown"),
    [
        ("Intranet - Chromium", "Intranet", True),
        ("Intranet", "Intranet", True),
        ("(3) Inbox and 2 more pages - Work - Microsoft\u200b Edge", "(3) Inbox", True),
        ("\u202bקובץ\u202c - Google Chrome", "קובץ", True),
        ("Mail - Inbox", "Inbox", True),  # a page installed as an application
        ("Intranets - Chromium", "Intranet", False),
        ("My illness - Chromium", "Intranet", False),
        ("My illness - Chromium", "", False),
        ("x" * 4000, "x" * 4096, True),
    ],
)
def test_a_window_is_vouched_for_by_the_page_whose_title_it_shows(
    window_title: str, page_title: str, is_shown: bool
) -> None:
    marks = TitleMarks()
    found = marks.find(window_title, marks.mark(page_title))
    assert found == (plain_title(page_title)[: len(window_title)] if is_shown else "")


def test_a_mark_tells_nothing_of_the_title_and_is_of_one_process() -> None:
    mark = TitleMarks().mark("My illness")
    assert b"illness" not in msgspec.msgpack.encode(mark)
    assert TitleMarks().mark("My illness").digest != mark.digest
