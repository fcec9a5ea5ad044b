"""Real private windows of a real Chromium beside ordinary ones, on a real desktop, with the agent as its own process.

Nothing of a private one is found in any file of the agent or on the wire; what is done in the ordinary one is.
"""

import json
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest
from backports import zstd

from agent.browser.host_manifest import write_host
from agent.browser.messages import EXTENSION_ID
from benchmarks.agent.desktop import Desktop, desktop, missing, process, wait_for
from benchmarks.agent.process import AgentProcess, agent_process, open_policy
from benchmarks.agent.service import AgentService
from domain.event_kinds import EventKind
from tests.agent.browser.chromium import CHROMIUM, EXTENSION, MARKS, loading, serving

pytestmark = [*MARKS, pytest.mark.x11, pytest.mark.skipif(bool(missing()), reason=missing())]
PAGE = "<!doctype html><title>{path}</title><button style='position:fixed;inset:0'>Press {path}</button>"


class Scene:
    """A desktop with an agent, a site, and one Chromium profile; everything that was ever written is looked through."""

    def __init__(self, screen: Desktop, agent: AgentProcess, service: AgentService, site: str, profile: Path) -> None:
        self.screen, self.agent, self.service, self.site, self.profile = screen, agent, service, site, profile
        self.secret = f"illness{secrets.token_hex(6)}"
        self.options: tuple[str, ...] = ()

    def open(self, path: str, *words: str, title: str = "") -> str:
        """The new window, in front."""
        before = self._windows(title or path)
        options = ("--no-sandbox", "--no-first-run", "--disable-gpu", f"--user-data-dir={self.profile}", *self.options)
        command = (str(CHROMIUM), *options, "--new-window", *words, f"{self.site}/{path}")
        self.screen._stack.enter_context(process(*command, environment=self.screen.environment))
        (window,) = wait_for(lambda: self._windows(title or path) - before, what=f"the window of {path}")
        self.screen.activate(window)
        return window

    def _windows(self, path: str) -> set[str]:
        done = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", f"^{path} - Chromium$"],
            env=self.screen.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=20,
        )
        return set(done.stdout.split())

    def work(self, window: str) -> None:
        """As a person does, in that window."""
        self.screen.activate(window)
        self.screen.run("xdotool", "mousemove", "--window", window, "400", "400", "click", "1")
        self.screen.write("typed")
        self.screen.key("ctrl+c")

    def titles(self) -> list[str]:
        return [event.window_title for event in self.agent.events()]

    def wait_for_title(self, title: str) -> None:
        wait_for(lambda: title in self.titles(), what=f"the ordinary window {title!r}")

    def deeds(self) -> list[tuple[str, str]]:
        return [(event.kind.value, event.window_title) for event in self.agent.events() if event.kind in DEEDS]

    def flush(self) -> None:
        """Something that comes after all that was done: when it is in the spool, so is the rest."""
        self.screen.activate(self.screen.terminal("afterwards"))
        self.screen.write("x")
        wait_for(lambda: ("typed", "afterwards") in self.deeds(), what="what was done afterwards")

    def found(self) -> list[str]:
        """Where the secret can be read, in any file of the agent or on the wire."""
        heaps = {str(file): file.read_bytes() for file in self.agent.folder.path.rglob("*") if file.is_file()}
        assert any(name.endswith("-wal") for name in heaps)
        for number, batch in enumerate(self.service.batches):
            heaps[f"batch {number}"] = msgspec.json.encode((batch.contexts, batch.elements))
        heaps |= {f"body {number}": zstd.decompress(body) for number, body in enumerate(self.service.bodies)}
        heaps["captured"] = self.agent.ask("captured").encode()
        heaps["status"] = self.agent.ask("status").encode()
        return [name for name, heap in heaps.items() if self.secret.encode() in heap]


DEEDS = {EventKind.CLICKED, EventKind.TYPED, EventKind.COPIED}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with ExitStack() as stack:
        screen = stack.enter_context(desktop(tmp_path, has_bus=True))
        service = stack.enter_context(AgentService(policy=open_policy()))
        service.keeps_bodies = True
        agent = stack.enter_context(agent_process(tmp_path, service, screen.environment))
        site = stack.enter_context(serving(PAGE))
        profile = tmp_path / "profile"
        write_host(agent.folder, profile / "NativeMessagingHosts")
        yield Scene(screen, agent, service, site, profile)


def test_beside_an_ordinary_window_nothing_of_a_private_one_is_recorded(scene: Scene) -> None:
    scene.options = loading()
    ordinary = scene.open("ordinary")
    scene.wait_for_title("ordinary")
    private = scene.open(scene.secret, "--incognito")
    for _ in range(3):
        scene.work(private)
        scene.work(ordinary)
    scene.flush()
    assert scene.found() == []
    assert [deed for deed in scene.deeds() if deed[1] != "afterwards"] == [
        ("clicked", "ordinary"),
        ("typed", "ordinary"),
        ("copied", "ordinary"),
    ] * 3


def test_a_private_window_of_the_very_page_that_the_ordinary_one_shows_is_not_recorded(scene: Scene) -> None:
    scene.options = loading()
    ordinary = scene.open("same")
    scene.wait_for_title("same")
    private = scene.open("same", "--incognito")
    wait_for(lambda: scene.agent.events()[-1].application == "", what="the private window told by nothing")
    scene.work(private)
    scene.flush()
    assert [deed for deed in scene.deeds() if deed[1] == "same"] == []
    scene.work(ordinary)
    wait_for(lambda: ("copied", "same") in scene.deeds(), what="the ordinary window again")


def test_an_extension_that_was_forced_into_private_windows_still_tells_nothing_of_them(
    scene: Scene, tmp_path: Path
) -> None:
    """The manifest forbids it; here a changed copy allows it, so that the second lock is tried: the worker's own."""
    forced = tmp_path / "forced"
    shutil.copytree(EXTENSION, forced)
    manifest = json.loads((forced / "manifest.json").read_text(encoding="utf-8"))
    (forced / "manifest.json").write_text(json.dumps({**manifest, "incognito": "spanning"}), encoding="utf-8")
    settings = {"extensions": {"settings": {EXTENSION_ID: {"incognito": True}}}}
    (scene.profile / "Default").mkdir(parents=True)
    (scene.profile / "Default" / "Preferences").write_text(json.dumps(settings), encoding="utf-8")
    scene.options = loading(forced)
    ordinary = scene.open("ordinary")
    scene.wait_for_title("ordinary")
    private = scene.open(scene.secret, "--incognito")
    scene.work(private)
    scene.work(ordinary)
    scene.flush()
    assert scene.found() == []
    assert ("copied", "ordinary") in scene.deeds()


def test_a_browser_started_privately_without_any_extension_is_not_recorded(scene: Scene) -> None:
    private = scene.open(scene.secret, "--incognito")
    scene.work(private)
    scene.flush()
    assert scene.found() == []
    assert {event.application for event in scene.agent.events()} == {"", "xterm"}


def test_without_the_extension_a_browser_is_told_by_its_name_whether_private_or_not(scene: Scene) -> None:
    ordinary = scene.open("ordinary")
    private = scene.open(scene.secret, "--incognito")
    scene.work(private)
    scene.work(ordinary)
    scene.flush()
    assert scene.found() == []
    assert {event.window_title for event in scene.agent.events() if event.application == "chromium"} == {""}
