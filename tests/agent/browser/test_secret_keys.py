"""A password typed by real keys in a real Chromium: what `captured` shows a person of it, and what was counted."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.event_kinds import EventKind
from tests.agent.browser.chromium import loading
from tests.agent.browser.scene import DESKTOP_MARKS, Scene, scene_of
from tests.fakes.desktop import wait_for

pytestmark = DESKTOP_MARKS
PAGE = """<!doctype html><title>Loading</title>
<script>requestAnimationFrame(() => requestAnimationFrame(() => { document.title = "{path}" }))</script>
<style>body > * {position: fixed; left: 0; right: 0; height: 33vh}</style><body>
<textarea aria-label="Note" style="top: 0"></textarea><input type="password" aria-label="Word" style="top: 33vh"
 oninput="document.getElementById('hint').textContent = this.value"><button id="hint" style="top: 66vh">Hint</button>"""
NOTE, WORD, HINT = 150, 400, 600
PACE = ("sleep", "0.5")
"""Of a person: what is typed within a moment of the password counts as part of it."""


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_of(tmp_path, PAGE) as found:
        found.options = loading()
        yield found


def _type_into(scene: Scene, window: str, y: int, text: str) -> None:
    place = ("mousemove", "--window", window, "300", str(y), "click", "1")
    scene.screen.run("xdotool", *place, *PACE, "type", "--delay", "5", text)
    scene.screen.run("xdotool", *PACE)


def test_a_password_of_a_page_is_told_as_used_and_neither_counted_nor_repeated(scene: Scene) -> None:
    window = scene.open("account")
    scene.wait_for_title("account")
    _type_into(scene, window, NOTE, "jane")
    _type_into(scene, window, WORD, scene.secret)
    scene.screen.run("xdotool", "mousemove", "--window", window, "300", str(HINT), "click", "1")
    _type_into(scene, window, NOTE, "doe")
    scene.flush()
    of_page = [event for event in scene.agent.events() if event.window_title == "account"]
    wait_for(
        lambda: [e for e in scene.agent.events() if e.value_length == len("doejane")], what="the length of the note"
    )
    assert sum(event.key_count for event in of_page) == len("jane") + len("doe")
    used = {
        (event.kind, event.element_name, event.value_length) for event in of_page if event.element_role == "password"
    }
    assert {kind for kind, _, _ in used} >= {EventKind.CLICKED, EventKind.ELEMENT_CHANGED}
    assert {(name, length) for _, name, length in used} == {("", 0)}
    assert "Hint" not in {event.element_name for event in of_page}
    assert scene.found() == []
    told = scene.agent.ask("captured")
    assert "clicked password" in told
    assert re.search(r"pressed (?:[89]|\d\d+) keys", told) is None
