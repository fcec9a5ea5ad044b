"""Raw titles leave memory with their event: what decides about them keeps a hash, and what was written of them."""

import gc
import secrets
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import FrameType, ModuleType

import msgspec

from agent.capture.observations import BrowserSeen, ClickSeen, KeyCounted, WindowSeen
from agent.policy.drafts import ObservedContext
from domain.event_kinds import EventKind
from tests.agent.builders import Desk


def _texts_within(root: object) -> Iterator[str]:
    """Every text that can be reached from there, through functions and their caches, too."""
    seen, waiting = set[int](), [root]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, ModuleType | FrameType | type):
            continue
        seen.add(id(thing))
        if isinstance(thing, str):
            yield thing
        elif isinstance(thing, msgspec.Struct):
            waiting += [getattr(thing, name) for name in thing.__struct_fields__]
        else:
            waiting += gc.get_referents(thing)


def test_no_raw_title_is_kept_after_its_event(tmp_path: Path) -> None:
    desk, secret = Desk(tmp_path), f"zq{secrets.token_hex(4)}"
    desk.window(0, "mail", f"Letter to {secret}@example.org")
    desk.see(ClickSeen(desk.at(1)), KeyCounted(desk.at(2)))
    for number, at in ((1, 10), (2, 20)):
        title, url = f"Page {number} {secret}@example.org", f"https://intranet.example/{secret}/{number}"
        page = partial(BrowserSeen, window_title=title, url=url, profile="p")
        desk.see(WindowSeen(desk.at(at), ObservedContext("chromium", f"{title} - Chromium"), window=number))
        desk.see(page(desk.at(at + 0.1), EventKind.WINDOW_FOCUSED, browser="chromium"))
        desk.see(page(desk.at(at + 2), EventKind.CLICKED))
    desk.see(BrowserSeen(desk.at(30), EventKind.WINDOW_FOCUSED, "News", "https://a.example/", profile="p"))
    desk.window(31, "editor", "letter")
    desk.at(60)
    titles = [event.window_title for event in desk.events]
    assert {"Letter to [e-mail]", "Page 1 [e-mail]", "Page 2 [e-mail]"} <= set(titles)
    left = [text for text in _texts_within((desk.recorder, desk.drafts, desk.transitions)) if secret in text]
    # Of a window that may still be open its address is kept: event filters are asked about it as it is.
    assert {text for text in left if not text.startswith("https://intranet.example/")} == set()
