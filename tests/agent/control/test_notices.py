"""What the agent says of its own accord is never taken for shown where the desktop shows nothing."""

import logging
from pathlib import Path

import pytest

from agent.control.notices import Notices
from agent.spool.store import SpoolStore


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_notice_that_the_desktop_does_not_show_is_said_in_the_log_and_known(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, is_shown: bool
) -> None:
    caplog.set_level(logging.INFO)
    notices = Notices(SpoolStore(tmp_path / "spool.sqlite"), lambda title, text: is_shown)
    assert notices.are_shown, "before there was one"
    notices.begun_private()
    assert notices.are_shown is is_shown
    assert "Your session begins in private mode" in caplog.text
    assert ("This desktop has shown no notice of it." in caplog.text) is not is_shown


def test_without_a_way_to_show_it_it_counts_as_not_shown(tmp_path: Path) -> None:
    notices = Notices(SpoolStore(tmp_path / "spool.sqlite"), None)
    notices.begun_private()
    assert not notices.are_shown
