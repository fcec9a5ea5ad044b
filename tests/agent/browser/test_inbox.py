"""What browsers say is put in order with everything else, or refused as a whole."""

import pytest

from agent.browser.inbox import BrowserInbox
from agent.capture.observations import BrowserGone, BrowserSeen, Observation
from agent.clocks import SessionClock, SystemClock
from domain.event_kinds import EventKind

GOOD = {"kind": "clicked", "at_ms": 0, "title": "Order", "url": "https://shop.example/order", "profile": "v1"}


@pytest.fixture
def heard() -> list[Observation]:
    return []


@pytest.fixture
def inbox(heard: list[Observation]) -> BrowserInbox:
    clock = SystemClock()
    return BrowserInbox(heard.append, SessionClock(clock.now), clock.now)


def test_messages_are_taken_in_their_order_with_the_browser_that_sent_them(
    inbox: BrowserInbox, heard: list[Observation]
) -> None:
    assert inbox.take([GOOD, GOOD | {"kind": "copied"}], "chromium")
    assert [(each.kind, each.browser) for each in heard if isinstance(each, BrowserSeen)] == [
        (EventKind.CLICKED, "chromium"),
        (EventKind.COPIED, "chromium"),
    ]
    assert [each.at_us for each in heard] == sorted(each.at_us for each in heard)


@pytest.mark.parametrize("bad", [{"kind": "spoken"}, {"text": "secret"}, {"at_ms": "now"}])
def test_one_bad_message_refuses_all_that_came_with_it(
    inbox: BrowserInbox, heard: list[Observation], bad: dict[str, object]
) -> None:
    assert not inbox.take([GOOD, GOOD | bad])
    assert heard == []


@pytest.mark.parametrize("nonsense", [None, "clicked", {"kind": "clicked"}, [GOOD] * 201])
def test_what_is_no_list_of_messages_is_refused(
    inbox: BrowserInbox, heard: list[Observation], nonsense: object
) -> None:
    assert not inbox.take(nonsense)
    assert heard == []


def test_a_voice_that_is_gone_is_told(inbox: BrowserInbox, heard: list[Observation]) -> None:
    inbox.is_gone("v1")
    (gone,) = heard
    assert isinstance(gone, BrowserGone)
    assert gone.profile == "v1"
