"""Real private windows of a real Chromium beside ordinary ones: nothing of a private one is found in any file of the
agent or on the wire, while what is done in the ordinary one is recorded.
"""

import json
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.browser.messages import EXTENSION_ID
from agent.browser.ordinary_windows import SETTLED_US
from tests.agent.browser.chromium import EXTENSION, loading
from tests.agent.browser.scene import DESKTOP_MARKS, Scene, scene_of
from tests.fakes.desktop import wait_for

pytestmark = DESKTOP_MARKS
PAGE = "<!doctype html><title>{path}</title><button style='position:fixed;inset:0'>Press {path}</button>"

SEARCH_AMONG_TABS = (20, 20)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_of(tmp_path, PAGE) as found:
        yield found


def _key_count(scene: Scene, title: str) -> int:
    return sum(event.key_count for event in scene.agent.events() if event.window_title == title)


def test_beside_an_ordinary_window_nothing_of_a_private_one_is_recorded(scene: Scene) -> None:
    scene.options = loading()
    ordinary = scene.open("ordinary")
    scene.wait_for_title("ordinary")
    private = scene.open(scene.secret, "--incognito")
    for _ in range(3):
        scene.work(private, title="")
        scene.work(ordinary, title="ordinary")
    scene.flush()
    assert scene.found() == []
    assert {title for _, title in scene.actions()} == {"ordinary", "afterwards"}
    kinds = Counter(kind for kind, title in scene.actions() if title == "ordinary" and kind != "typed")
    assert kinds == {"clicked": 3, "copied": 3}
    keys = _key_count(scene, "ordinary")
    assert 3 * len("typed") <= keys <= 3 * len("typed") + 6, "no key of the private window"


def test_a_private_window_of_the_very_page_that_the_ordinary_one_shows_is_not_recorded(scene: Scene) -> None:
    scene.options = loading()
    ordinary = scene.open("same")
    scene.wait_for_title("same")
    private = scene.open("same", "--incognito")
    scene.work(private, title="")
    scene.flush()
    assert [action for action in scene.actions() if action[1] == "same"] == []
    scene.work(ordinary, title="same")
    wait_for(lambda: ("copied", "same") in scene.actions(), what="the ordinary window again")


def test_a_bubble_of_the_browser_over_an_ordinary_page_does_not_make_it_private(scene: Scene) -> None:
    scene.options = loading()
    ordinary, private = scene.open("same"), scene.open("same", "--incognito")
    scene.work(private, title="")
    scene.work(ordinary, title="same")
    time.sleep(SETTLED_US / 1e6)  # what the rule waits for itself
    scene.screen.click(ordinary, at=SEARCH_AMONG_TABS)
    scene.screen.write("typed")
    wait_for(lambda: _key_count(scene, "same") >= 2 * len("typed"), what="what was typed into the bubble")
    assert scene._in_front() == "same"
    scene.work(private, title="")  # the bubble is left by going there
    scene.flush()
    keys = _key_count(scene, "same")
    assert 2 * len("typed") <= keys <= 2 * len("typed") + 4, "no key of the private window"


def test_an_extension_that_was_forced_into_private_windows_still_tells_nothing_of_them(
    scene: Scene, tmp_path: Path
) -> None:
    """The manifest forbids it; here a changed copy allows it, so that the second lock is tried: the worker's own."""
    scene.options = loading(_forced(tmp_path / "forced", scene))
    ordinary = scene.open("ordinary", title="allowed-true")
    private = scene.open(scene.secret, "--incognito")
    for _ in range(2):
        scene.work(private, title="")
        scene.work(ordinary, title="allowed-true")
    scene.flush()
    assert scene.found() == []
    assert {title for _, title in scene.actions()} == {"allowed-true", "afterwards"}


def _forced(copy: Path, scene: Scene) -> Path:
    """A copy of the extension that is allowed in private windows, and opens a page that says whether it is."""
    shutil.copytree(EXTENSION, copy)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    (copy / "manifest.json").write_text(json.dumps({**manifest, "incognito": "spanning"}), encoding="utf-8")
    with (copy / "worker.js").open("a", encoding="utf-8") as worker:
        page = f"`{scene.site}/allowed-${{is}}`"
        worker.write(f"chrome.extension.isAllowedIncognitoAccess((is) => chrome.tabs.create({{ url: {page} }}));")
    settings = {"extensions": {"settings": {EXTENSION_ID: {"incognito": True}}}}
    (scene.profile / "Default").mkdir(parents=True)
    (scene.profile / "Default" / "Preferences").write_text(json.dumps(settings), encoding="utf-8")
    return copy


def test_a_browser_started_privately_without_any_extension_is_not_recorded(scene: Scene) -> None:
    private = scene.open(scene.secret, "--incognito")
    scene.work(private, title="")
    scene.flush()
    assert scene.found() == []
    assert {event.application for event in scene.agent.events()} == {"", "xterm"}


def test_without_the_extension_a_browser_is_told_by_its_name_whether_private_or_not(scene: Scene) -> None:
    ordinary = scene.open("ordinary")
    private = scene.open(scene.secret, "--incognito")
    scene.work(private, title="")
    scene.work(ordinary, title="")
    scene.flush()
    assert scene.found() == []
    assert {event.window_title for event in scene.agent.events() if event.application == "chromium"} == {""}
