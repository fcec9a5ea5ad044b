"""A real Chromium with the extension and a site to visit, for tests that drive it; what it should do stands there."""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from agent.browser.messages import ORIGIN
from agent.capture.observations import WindowSeen
from agent.policy.drafts import ObservedContext
from domain.event_kinds import EventKind
from domain.raw_events import RawEvent
from tests.agent.running import Run
from tests.chromium import CHROMIUM, NEEDS_CHROMIUM
from tests.fakes.desktop import wait_for

EXTENSION = Path("agent/browser_extension").absolute()
OPTIONS_PAGE = f"{ORIGIN}/options.html"
MARKS = [
    *NEEDS_CHROMIUM,
    # Playwright's own transport is closed after its loop.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def loading(extension: Path = EXTENSION) -> tuple[str, ...]:
    """What a Chromium is started with so that it has the extension."""
    return (f"--disable-extensions-except={extension}", f"--load-extension={extension}")


class Browser:
    """The browser's first page, the agent it speaks with, and the site."""

    def __init__(self, context: Any, run: Run, site: str) -> None:
        self.context, self.page, self.run, self.site = context, context.pages[0], run, site
        self._begun = 0

    def begin(self) -> None:
        """Whatever was told before is told by now, and is not of this test."""
        self.page.goto("about:blank")
        wait_for(lambda: self.run.page is not None and self.run.page.url == "about:", what="the end of the page before")
        mark = f"before {len(self.run.events())}"
        self.run.window("editor", mark)
        wait_for(lambda: mark in [event.window_title for event in self.run.events()], what="what was told before")
        self._begun = len(self.run.events())

    def events(self) -> list[RawEvent]:
        return self.run.events()[self._begun :]

    def told(self, kind: EventKind) -> list[RawEvent]:
        return [event for event in self.events() if event.kind is kind and event.source == "browser"]

    def wait_for_name(self, kind: EventKind, name: str) -> RawEvent:
        wait_for(lambda: name in [event.element_name for event in self.told(kind)], what=f"{kind} {name!r}")
        return next(event for event in self.told(kind) if event.element_name == name)

    def in_front(self, title: str) -> None:
        self.page.wait_for_load_state()
        context = ObservedContext("chromium", f"{title} - Chromium", "", "Chromium")
        self.run.backend.tell(WindowSeen(self.run.agent.clock.now_us(), context))

    def wait_for_profile(self) -> None:
        """Of a page, and not of an empty tab."""
        wait_for(
            lambda: self.run.page is not None and self.run.page.url.startswith("http"),
            what="the page told by the extension",
        )


@contextmanager
def chromium(profile: Path, run: Run, site: str) -> Iterator[Browser]:
    with chromium_context(profile) as context:
        yield Browser(context, run, site)


@contextmanager
def chromium_context(profile: Path, *arguments: str) -> Iterator[Any]:
    """A browser that has the extension and shows one page."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow, and only for these tests

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=CHROMIUM,
            headless=False,
            ignore_default_args=["--disable-extensions"],
            args=["--headless=new", "--no-sandbox", *loading(), *arguments],
        )
        try:
            if not context.service_workers:
                context.wait_for_event("serviceworker", timeout=30_000)
            yield context
        finally:
            context.close()


@contextmanager
def serving(content: str | Callable[[], str]) -> Iterator[str]:
    """The address of a site that shows this on every page, asked for again if it changes; {path} stands for the page's
    path.
    """

    class Site(http.server.BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Silent."""

        def do_GET(self) -> None:
            shown = content if isinstance(content, str) else content()
            body = shown.replace("{path}", self.path.partition("?")[0].strip("/")).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
