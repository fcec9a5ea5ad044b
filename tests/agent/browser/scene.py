"""A real desktop with the agent as its own process and windows of a real Chromium, worked in by mouse and keyboard.

What should be recorded of it stands in the tests.
"""

import gzip
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import pytest

from agent.browser.host_manifest import write_host
from domain.event_kinds import EventKind
from tests.agent.browser.chromium import MARKS, serving
from tests.chromium import CHROMIUM
from tests.fakes.agent_process import AgentProcess, agent_process, open_policy
from tests.fakes.agent_service import AgentService
from tests.fakes.desktop import Desktop, desktop, missing, process, wait_for

DESKTOP_MARKS = [*MARKS, pytest.mark.x11, pytest.mark.skipif(bool(missing()), reason=missing())]
ACTIONS = {EventKind.CLICKED, EventKind.TYPED, EventKind.COPIED, EventKind.CUT, EventKind.PASTED}


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
            timeout=120,
        )
        return set(done.stdout.split())

    def work(self, window: str, *, title: str) -> None:
        """As a person does, in that window, once the agent knows it by this title ("" for a private one)."""
        self.screen.activate(window)
        wait_for(lambda: self._in_front() == title, what=f"the window in front told as {title!r}")
        self.screen.run("xdotool", "mousemove", "--window", window, "400", "400", "click", "1")
        self.screen.write("typed")
        self.screen.key("ctrl+c")

    def _in_front(self) -> str | None:
        focused = [event for event in self.agent.events() if event.kind is EventKind.WINDOW_FOCUSED]
        return focused[-1].window_title if focused else None

    def titles(self) -> list[str]:
        return [event.window_title for event in self.agent.events()]

    def wait_for_title(self, title: str) -> None:
        wait_for(lambda: title in self.titles(), what=f"the ordinary window {title!r}")

    def actions(self) -> list[tuple[str, str]]:
        return [(event.kind.value, event.window_title) for event in self.agent.events() if event.kind in ACTIONS]

    def flush(self) -> None:
        """Something that comes after all that was done: when it is in the spool, so is the rest."""
        self.screen.activate(self.screen.terminal("afterwards"))
        self.wait_for_title("afterwards")
        self.screen.write("x")
        wait_for(lambda: ("typed", "afterwards") in self.actions(), what="what was done afterwards")

    def found(self) -> list[str]:
        """Where the secret can be read, in any file of the agent or on the wire."""
        heaps = {str(file): file.read_bytes() for file in self.agent.folder.path.rglob("*") if file.is_file()}
        assert any(name.endswith("-wal") for name in heaps)
        for number, batch in enumerate(self.service.batches):
            heaps[f"batch {number}"] = msgspec.json.encode((batch.contexts, batch.elements))
        heaps |= {f"body {number}": gzip.decompress(body) for number, body in enumerate(self.service.bodies)}
        heaps["captured"] = self.agent.ask("captured").encode()
        heaps["status"] = self.agent.ask("status").encode()
        return [name for name, heap in heaps.items() if self.secret.encode() in heap]


@contextmanager
def scene_of(folder: Path, content: str) -> Iterator[Scene]:
    """`content` is shown on every page of the site."""
    with ExitStack() as stack:
        screen = stack.enter_context(desktop(folder, has_bus=True))
        service = stack.enter_context(AgentService(policy=open_policy()))
        service.keeps_bodies = True
        agent = stack.enter_context(agent_process(folder, service, screen.environment))
        site = stack.enter_context(serving(content))
        profile = folder / "profile"
        write_host(agent.folder, profile / "NativeMessagingHosts")
        yield Scene(screen, agent, service, site, profile)
