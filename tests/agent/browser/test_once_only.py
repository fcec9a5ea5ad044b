"""What the desktop and the extension both see is recorded once: by real mouse and keys, in a real Chromium."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.event_kinds import EventKind
from domain.raw_events import RawEvent
from tests.agent.browser.chromium import loading
from tests.agent.browser.scene import DESKTOP_MARKS, Scene, scene_of
from tests.fakes.desktop import wait_for

pytestmark = DESKTOP_MARKS
# It has its title when it has been painted: before, Chromium lets no input through.
PAGE = """<!doctype html><title>Loading</title>
<script>requestAnimationFrame(() => requestAnimationFrame(() => { document.title = "{path}" }))</script>
<style>body > * {position: fixed; left: 0; right: 0; height: 33vh}</style><body>
<button id="press" style="top: 0">Press</button>
<label style="top: 33vh">Express <input type="checkbox" id="express"></label>
<textarea aria-label="Note" style="top: 66vh"></textarea>"""


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_of(tmp_path, PAGE) as found:
        found.options = loading()
        yield found


def _mouse(scene: Scene, window: str, y: int, *action: str) -> None:
    scene.screen.run("xdotool", "mousemove", "--window", window, "300", str(y), *(action or ("click", "1")))


def _clicks(scene: Scene) -> list[RawEvent]:
    return [event for event in scene.agent.events() if event.kind is EventKind.CLICKED]


def test_every_press_is_one_click_and_every_copy_one_copy(scene: Scene) -> None:
    window = scene.open("order")
    scene.wait_for_title("order")
    button, label, note = 150, 400, 600
    for _ in range(5):
        _mouse(scene, window, button)
    _mouse(scene, window, button, "click", "--repeat", "2", "--delay", "60", "1")
    _mouse(scene, window, button, "mousedown", "1", "sleep", "2.5", "mouseup", "1")  # held down for long
    for _ in range(2):
        _mouse(scene, window, label)  # clicks its field as well
    _mouse(scene, window, button, "click", "3")  # its menu; the extension tells of no such click
    scene.screen.key("Escape")
    _mouse(scene, window, note)
    scene.screen.write("typed")
    scene.screen.key("ctrl+a", "ctrl+c", "ctrl+x", "ctrl+v")
    count = 5 + 2 + 1 + 2 + 1 + 1
    wait_for(lambda: len(_clicks(scene)) >= count and ("pasted", "order") in scene.actions(), what="all that was done")
    scene.flush()
    actions = Counter(kind for kind, title in scene.actions() if title == "order" and kind != "typed")
    assert actions == {"clicked": count, "copied": 1, "cut": 1, "pasted": 1}
    told = Counter((event.element_role, event.element_name) for event in _clicks(scene) if event.source == "browser")
    assert told == {("button", "Press"): 7, ("checkbox", "Express"): 2, ("textbox", "Note"): 1}
    assert sum(event.key_count for event in scene.agent.events() if event.window_title == "order") >= len("typed")


def test_a_click_by_keyboard_is_told_by_the_extension_alone(scene: Scene) -> None:
    window = scene.open("order")
    scene.wait_for_title("order")
    _mouse(scene, window, 600)
    scene.screen.key("shift+Tab", "space", "shift+Tab", "Return")
    wait_for(lambda: len(_clicks(scene)) >= 3, what="three clicks")
    scene.flush()
    assert [event.element_name for event in _clicks(scene)] == ["Note", "Express", "Press"]
