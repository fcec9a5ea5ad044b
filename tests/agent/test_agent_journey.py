"""An agent on a real desktop works against the running service, and its minutes are found again in the marts."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from agent.browser.host_manifest import write_host
from agent.installation.system_account import read_account
from agent.settings import StateFolder
from simulator.office.people import workforce_people
from simulator.parameters import Parameters, last_working_day
from standalone.demo.people import ANALYST, POWER_USER, admin_of, register_people, signed_in
from standalone.demo.requests import DemoProject, start_project
from tests.chromium import CHROMIUM, NEEDS_CHROMIUM
from tests.fakes.agent_process import ROOT, AgentProcess, started
from tests.fakes.desktop import Desktop, desktop, missing, process, wait_for
from tests.journeys.running_api import RunningApi
from tests.journeys.whole_pipeline import mine_and_publish, process_landed

pytestmark = [
    pytest.mark.journey,
    pytest.mark.x11,
    pytest.mark.skipif(bool(missing()), reason=missing()),
    *NEEDS_CHROMIUM,
]
SECONDS_EACH = 2.5
IN_THE_PAGE = (200, 200)
"""Further up are the browser's own buttons, which open something over the page."""

EXTENSION = ROOT / "agent" / "browser_extension"


@pytest.fixture
def api(tmp_path: Path, database_url: str) -> Iterator[RunningApi]:
    running = RunningApi(home=tmp_path / "home", database_url=database_url)
    running.start()
    yield running
    running.stop()


def _rule(rank: int, application: str, category: str) -> dict[str, object]:
    condition = {"field": "application", "operator": "is", "value": application}
    names = {"name": category, "category": category, "application": application, "window_name": None}
    return {"rank": rank, "condition": condition, "activity_kind": "productive", **names}


def _approved(api: RunningApi) -> tuple[int, str]:
    """(project, login, registration key): a person whose manager has approved."""
    people = workforce_people(Parameters(last_on=last_working_day(), people_per_team=1, working_days=1))
    register_people(api.settings, people)
    with signed_in(api.settings, POWER_USER) as power_user:
        rules = [_rule(10, "xterm", "Terminal work"), _rule(20, "chromium", "Web work")]
        power_user.post("/rule-sets", {"note": "Journey", "rules": rules, "replacements": {}})
    today = datetime.now(UTC).date()
    project = DemoProject(
        name="Agent journey",
        description="One person on a real desktop.",
        purpose="To see an agent's minutes arrive",
        starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=1),
        logins=(people[0].login,),
        has_task_scopes=False,
    )
    project_id = start_project(api.settings, project).project_id
    with admin_of(api.settings) as admin:
        asked = {"name": "Journey", "workstation_user_logins": [people[0].login]}
        key = admin.post("/agent-registration-keys", asked)["registration_key"]
        account = {"account_login": read_account().login, "account_identifier": read_account().identifier}
        admin.post("/workstation-accounts", {"workstation_user_login": people[0].login, **account})
    return project_id, key


def _work(screen: Desktop, agent: AgentProcess, folder: Path, url: str) -> float:
    """In three windows and on a page, so many seconds each; returns the seconds between first and last focus."""
    profile = folder / "profile"
    write_host(agent.folder, profile / "NativeMessagingHosts")
    options = ("--no-sandbox", "--no-first-run", "--disable-gpu", f"--user-data-dir={profile}")
    loading = (f"--disable-extensions-except={EXTENSION}", f"--load-extension={EXTENSION}")
    windows = [screen.terminal(f"terminal {number}") for number in range(3)]
    with process(str(CHROMIUM), *options, *loading, url, environment=screen.environment):
        windows.append(wait_for(lambda: screen.find(".* - Chromium"), what="the browser's window"))
        wait_for(lambda: any(event.url for event in agent.events()), what="the page told by the extension")
        began = time.monotonic()
        for window in windows:
            screen.activate(window)
            screen.click(window, at=IN_THE_PAGE)
            screen.write("hello")
            time.sleep(SECONDS_EACH)
        screen.activate(windows[0])
        screen.click(windows[0], at=IN_THE_PAGE)
        return time.monotonic() - began


def test_the_minutes_of_a_real_desktop_are_found_again_in_the_marts(api: RunningApi, tmp_path: Path) -> None:
    project_id, key = _approved(api)
    state = StateFolder(tmp_path / "agent-state")
    with desktop(tmp_path, has_bus=True) as screen, _enrolled(screen, state, api, key) as agent:
        agent.wait_until("not consented")
        assert agent.events() == []
        assert "You accepted: Agent journey" in agent.ask("consent", "accept")
        agent.wait_until("Now:       recording")
        seconds = _work(screen, agent, tmp_path, f"{api.settings.api_url}/pages/login?session=SECRET")
        events = agent.events()
        agent.wait_until("Waiting:   0 events")
    assert "SECRET" not in str(events)
    process_landed(api.settings)
    with signed_in(api.settings, ANALYST) as analyst:
        analyst.post(f"/projects/{project_id}/mining-jobs")
    mine_and_publish(api.settings, project_id)
    with psycopg.connect(api.settings.database_url) as connection:
        rows = connection.execute(
            "select category, sum(seconds) from marts.overall_activity_applications where project_id = %s group by 1",
            (project_id,),
        ).fetchall()
    found = {category: float(found_seconds) for category, found_seconds in rows}
    assert found["Terminal work"] >= 3 * SECONDS_EACH - 1
    assert found["Web work"] >= SECONDS_EACH - 1
    assert sum(found.values()) >= seconds - 2


def _enrolled(screen: Desktop, state: StateFolder, api: RunningApi, key: str) -> AbstractContextManager[AgentProcess]:
    """The agent enrolled by its own command under this test's own account, and started."""
    words = ("enrol", "--server", api.settings.api_url, "--host", "pc-1")
    environment = {**screen.environment, "TASK_MINING_AGENT_HOME": str(state.path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "agent.command", *words]
    subprocess.run(command, env=environment, input=key, text=True, check=True, capture_output=True)
    return started(state, screen.environment)
