"""`task-mining demo`: starts everything, collects, mines, and prints the findings beside the truth."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from simulator.parameters import Parameters, last_working_day
from standalone.commands.starting import Starting, addresses
from standalone.demo.collection import Collected, collect
from standalone.demo.findings import find_out
from standalone.demo.people import ACCOUNTS, ANALYST, signed_in
from standalone.demo.processing import mine_projects, wait_for_days
from standalone.errors import StandaloneError
from standalone.processes.usage import usage_table
from standalone.settings import Settings
from standalone.timeline import Timeline


@dataclass(frozen=True, kw_only=True)
class DemoSize:
    """How much of a workforce."""

    people_per_team: int = 8
    working_days: int = 10
    seed: int = 7


def demonstrate(settings: Settings, timeline: Timeline, size: DemoSize) -> None:
    """Raises StandaloneError when a figure differs from the truth and no rule explains it."""
    if _report_file(settings).exists():
        Starting(settings, timeline).start_everything()
        print_addresses(settings, timeline.console)
        timeline.console.print(_report_file(settings).read_text(), markup=False, highlight=False)
        return
    parameters = Parameters(
        last_on=last_working_day(),
        people_per_team=size.people_per_team,
        working_days=size.working_days,
        seed=size.seed,
    )
    collected: list[Collected] = []
    Starting(settings, timeline).start_everything(
        once_governed=lambda: collected.append(collect(settings, timeline, parameters))
    )
    _mine_and_report(settings, timeline, collected[0])


def print_addresses(settings: Settings, console: Console) -> None:
    table = Table(title="Addresses", title_justify="left")
    for heading in ("what", "address"):
        table.add_column(heading)
    for row in addresses(settings):
        table.add_row(*row)
    logins = Table(title="Logins (one sign-in, at the Governance API)", title_justify="left")
    for heading in ("login", "password", "who"):
        logins.add_column(heading)
    for account in ACCOUNTS:
        logins.add_row(account.login, settings.passwords.demo, f"{account.role.replace('_', ' ')}: {account.purpose}")
    logins.add_row("admin", settings.passwords.admin, "admin")
    logins.add_row(
        "admin", settings.passwords.superset, "Superset's own, for deployment and emergencies, at /login/?as=admin"
    )
    console.print(table, logins)


def _mine_and_report(settings: Settings, timeline: Timeline, collected: Collected) -> None:
    wait_for_days(settings, timeline)
    projects = [collected.project_id]
    if collected.recordings_project_id is not None:
        projects.append(collected.recordings_project_id)
    with signed_in(settings, ANALYST) as analyst:
        mine_projects(settings, timeline, analyst, projects)
    with timeline.step("Comparison with the truth"):
        findings = find_out(settings, collected.delivered, collected.project_id)
    console = timeline.console
    with console.capture() as captured:
        console.print(findings.tables())
    if collected.recordings_project_id is None:
        timeline.say(f"There are no real recordings in {settings.recordings}: set TASK_MINING_RECORDINGS to have them.")
    _report_file(settings).write_text(captured.get())
    print_addresses(settings, console)
    console.print(captured.get(), markup=False)
    console.print(timeline.table(), usage_table(settings))
    if findings.unexplained or not findings.is_every_event_accounted_for:
        raise StandaloneError(
            f"{len(findings.unexplained)} figures differ from the truth and no rule explains it: please report them."
        )


def _report_file(settings: Settings) -> Path:
    """What the demonstration found, kept for the next time it is asked for."""
    return settings.home / "demo.txt"
