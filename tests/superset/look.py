"""Looks at a dashboard the way a person does: signs in, opens it in headless Chromium, waits, and says what was wrong.

What a dashboard should show is asserted by the tests and journeys that call this; here is only looking.
Run as a script to get a picture: `python tests/superset/look.py --help`.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    Route,
    expect,
)

from tests.chromium import headless_chromium

WIDTH = 1600
HEIGHT = 4200  # high enough that no chart is outside the window: Superset draws only what is near it
DEADLINE_MS = 120_000
QUIET_SECONDS = 1.0
CHART = '[data-test="dashboard-component-chart-holder"]'
BUSY = f'{CHART} [data-test="loading-indicator"], {CHART} .loading'
EMPTY = re.compile(
    r"No results|No data|Unexpected error|There was an issue|Error:|Data error|Timeout error", re.IGNORECASE
)


@dataclass(frozen=True)
class Look:
    """What one look at a dashboard showed. Everything but `title` and `charts` should be empty."""

    title: str
    charts: tuple[str, ...]
    empty_charts: tuple[str, ...]
    console_errors: tuple[str, ...]
    failed_requests: tuple[str, ...]
    foreign_requests: tuple[str, ...]
    seconds: float

    def complaints(self) -> list[str]:
        """Everything that should not be, as sentences."""
        return [
            *(f"empty chart: {each}" for each in self.empty_charts),
            *(f"console error: {each}" for each in self.console_errors),
            *(f"failed request: {each}" for each in self.failed_requests),
            *(f"request to another host: {each}" for each in self.foreign_requests),
        ]


@dataclass
class Visitor:
    """A browser window, and everything it complained about so far."""

    page: Page
    url: str
    console_errors: list[str] = field(default_factory=list)
    failed_requests: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)
    asked_for_data: set[Request] = field(default_factory=set)

    def watch(self) -> None:
        """Notice console errors and failed answers; let nothing out to another host."""
        self.page.route("**/*", self._only_at_home)
        self.page.on("request", self._note_question)
        self.page.on("requestfinished", self._note_answer)
        self.page.on("requestfailed", self._note_answer)
        self.page.on("response", self._note_failure)
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.console_errors.append(str(error)))

    def sign_in(self, login: str, password: str) -> None:
        """At the governance service, where Superset sends whoever is not signed in, and back."""
        self.page.goto(f"{self.url}/dashboard/list/", wait_until="domcontentloaded")
        self.page.get_by_label("Login").fill(login)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.url}/dashboard/list/", wait_until="domcontentloaded", timeout=DEADLINE_MS)

    def sign_in_locally(self, login: str, password: str) -> None:
        """With the account that Superset itself keeps, by its own form."""
        self.page.goto(f"{self.url}/login/?as=admin", wait_until="domcontentloaded")
        self.page.locator('input[name="username"], [data-test="username-input"]').first.fill(login)
        field = self.page.locator('input[name="password"], [data-test="password-input"]').first
        field.fill(password)
        with self.page.expect_navigation(wait_until="domcontentloaded", timeout=DEADLINE_MS):
            field.press("Enter")

    def open(self, slug: str) -> Look:
        """Open a dashboard by its slug, wait until every chart is drawn, and look."""
        began = time.monotonic()
        self.page.goto(f"{self.url}/superset/dashboard/{slug}/", wait_until="domcontentloaded")
        expect(self.page.locator(CHART).first).to_be_visible(timeout=DEADLINE_MS)
        self.wait_for_charts()
        return self.look(seconds=time.monotonic() - began)

    def wait_for_charts(self) -> None:
        """Until no chart is loading and each one that has no drawing says why."""
        drawn = self.page.locator(f"{CHART} .slice_container, {CHART} .chart-slice, {CHART} [role=alert]")
        expect(drawn.first).to_be_visible(timeout=DEADLINE_MS)
        quiet_since, deadline = time.monotonic(), time.monotonic() + DEADLINE_MS / 1000
        while time.monotonic() - quiet_since < QUIET_SECONDS:
            if self.asked_for_data or self.page.locator(BUSY).count():
                quiet_since = time.monotonic()
            if time.monotonic() > deadline:
                raise TimeoutError("the charts did not finish loading; look into Superset's log")
            self.page.wait_for_timeout(100)

    def look(self, *, seconds: float = 0.0) -> Look:
        """What stands in the window now."""
        holders = self.page.locator(CHART).all()
        titles = {_title(holder): holder.inner_text() for holder in holders}
        return Look(
            title=self.page.title(),
            charts=tuple(titles),
            empty_charts=tuple(title for title, text in titles.items() if EMPTY.search(text)),
            console_errors=tuple(self.console_errors),
            failed_requests=tuple(self.failed_requests),
            foreign_requests=tuple(self.foreign_requests),
            seconds=seconds,
        )

    def text_of(self, chart: str) -> str:
        """The text inside the chart whose title begins with these words."""
        return self.chart(chart).inner_text()

    def chart(self, title: str) -> Locator:
        """The chart whose title begins with these words."""
        return self.page.locator(CHART).filter(has_text=title).first

    def choose(self, column: str, value: str) -> None:
        """Pick a value in the native filter on a column, apply, and wait for the charts."""
        box = self.page.locator(f'input[id="NATIVE_FILTER-{column}"]')
        if not box.is_visible():
            self.page.get_by_text("More filters").click()
        box.click()
        box.fill(value)
        self.page.locator(f'.ant-select-item-option[title="{value}"]').first.click()
        self.page.keyboard.press("Escape")
        self._apply()

    def choose_dates(self, first: str, until: str) -> None:
        """Pick days (`2026-03-02`) in the filter on dates, the last one excluded, apply, and wait for the charts."""
        self.page.locator('[data-test="time-range-trigger"]').click()
        confirm = self.page.locator('[data-test="date-filter-control__apply-button"]')
        popover = self.page.locator(".ant-popover").filter(has=confirm)
        popover.locator(".ant-select-selector").first.click()
        self.page.locator('.ant-select-item-option[title="Advanced"]').click()
        bounds = popover.locator("input[type=text]")
        bounds.nth(0).fill(first)
        bounds.nth(1).fill(until)
        expect(confirm).to_be_enabled(timeout=DEADLINE_MS)
        confirm.click()
        self._apply()

    def _apply(self) -> None:
        self.page.locator('[data-test="filter-bar__apply-button"]').click()
        self.wait_for_charts()

    def picture(self, path: Path) -> None:
        """A PNG of the page down to its last chart."""
        bottoms = [box["y"] + box["height"] for each in self.page.locator(CHART).all() if (box := each.bounding_box())]
        height = max(bottoms, default=HEIGHT) + 24
        self.page.mouse.move(0, 0)
        self.page.screenshot(path=path, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})

    def _only_at_home(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme.startswith("http") and address.hostname != urlsplit(self.url).hostname:
            self.foreign_requests.append(f"{address.scheme}://{address.netloc}{address.path}")
            route.abort()
        else:
            route.continue_()

    def _note_question(self, request: Request) -> None:
        if "/api/v1/chart/data" in request.url:
            self.asked_for_data.add(request)

    def _note_answer(self, request: Request) -> None:
        self.asked_for_data.discard(request)

    def _note_failure(self, response: Response) -> None:
        if response.status >= 400:
            self.failed_requests.append(f"{response.status} {response.url[:200]}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console_errors.append(message.text[:300])


def _title(holder: Locator) -> str:
    header = holder.locator(".header-title, [data-test='editable-title']").first
    return header.inner_text().strip() if header.count() else holder.inner_text()[:60]


def enter(browser: Browser, url: str) -> Visitor:
    """A window of its own on the Superset at `url`: it shares no sign-in with others."""
    page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}).new_page()
    guest = Visitor(page=page, url=url.rstrip("/"))
    guest.watch()
    return guest


def main() -> int:
    """Look at dashboards and say what was wrong; exit code 1 when anything was."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("slugs", nargs="*", default=["overall-activity", "task-activity"])
    parser.add_argument("--url", default=os.environ.get("TASK_MINING_SUPERSET_URL", "http://127.0.0.1:8702"))
    parser.add_argument("--login", default="admin")
    parser.add_argument("--password", default=os.environ.get("TASK_MINING_SUPERSET_PASSWORD", ""))
    parser.add_argument("--pictures", type=Path, default=Path())
    chosen = parser.parse_args()
    complaints: list[str] = []
    with headless_chromium() as browser:
        guest = enter(browser, chosen.url)
        guest.sign_in_locally(chosen.login, chosen.password)
        for slug in chosen.slugs:
            seen = guest.open(slug)
            guest.picture(chosen.pictures / f"{slug}.png")
            complaints += seen.complaints()
            sys.stdout.write(f"{seen.title}: {len(seen.charts)} charts in {seen.seconds:.1f} s\n")
    sys.stdout.writelines(f"  {each}\n" for each in complaints)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
