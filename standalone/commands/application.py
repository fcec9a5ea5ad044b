"""The verbs of `task-mining`: their arguments, their help, and what they print.

Add a verb here when people should be able to run it by hand; what it does goes into a module beside this one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from standalone.commands.exporting import ExportFormat
from standalone.commands.exporting import export as export_project
from standalone.commands.mining import mine as mine_project
from standalone.commands.starting import Starting, addresses
from standalone.commands.status import current_status, status_table
from standalone.commands.stopping import stop_everything
from standalone.demo.story import DemoSize, demonstrate
from standalone.errors import StandaloneError
from standalone.importing.delivery import RecordingFormat, import_recording
from standalone.settings import Settings, settings_from_environment
from standalone.timeline import Timeline

ADMIN = "admin"
application = typer.Typer(
    help="Task Mining on one machine. Every port, folder and password can be set by environment: standalone/README.md.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@contextmanager
def _one_command() -> Iterator[tuple[Settings, Timeline]]:
    """Settings and timeline; an error becomes one sentence and exit code 1."""
    try:
        with Timeline().shown() as timeline:
            yield settings_from_environment(), timeline
    except StandaloneError as error:
        typer.echo(f"task-mining: {error}", err=True)
        raise typer.Exit(1) from error


@application.command()
def up() -> None:
    """Start everything; harmless when it runs."""
    with _one_command() as (settings, timeline):
        Starting(settings, timeline).start_everything()
        for name, address in addresses(settings):
            timeline.say(f"{name:17} {address}")
        timeline.say(f"{'Passwords':17} {settings.home / 'passwords'}, or as the environment gave them")


@application.command()
def down() -> None:
    """Stop everything; data stays where it is."""
    with _one_command() as (settings, timeline):
        stop_everything(settings, timeline)


@application.command()
def status() -> None:
    """Show what runs and whether it is well; exit code 1 when something is not."""
    with _one_command() as (settings, timeline):
        statuses = current_status(settings)
        timeline.console.print(status_table(statuses, settings.logs))
        if not all(status.is_healthy for status in statuses):
            raise typer.Exit(1)


@application.command()
def demo(
    people_per_team: Annotated[int, typer.Option(help="In each of three teams.")] = DemoSize.people_per_team,
    working_days: Annotated[int, typer.Option(help="Up to the last working day that is over.")] = DemoSize.working_days,
    seed: Annotated[int, typer.Option(help="Another seed, another workforce.")] = DemoSize.seed,
    began_at: Annotated[float | None, typer.Option(hidden=True)] = None,
) -> None:
    """Everything, from nothing: people who do not exist, mined and shown beside what is true."""
    with _one_command() as (settings, timeline):
        if began_at is not None:
            timeline.count_from(began_at, "Installation (make)")
        demonstrate(settings, timeline, DemoSize(people_per_team=people_per_team, working_days=working_days, seed=seed))


@application.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="The recording.")],
    recording_format: Annotated[RecordingFormat, typer.Option("--format", help="What wrote it.")],
    workstation_user: Annotated[str, typer.Option(help="Login of the registered person who was recorded.")],
) -> None:
    """Deliver a recording of another tool as raw events of one person; twice is harmless."""
    with _one_command() as (settings, timeline):
        result = import_recording(
            settings, timeline, file, recording_format=recording_format, workstation_user=workstation_user
        )
        timeline.say(
            f"{result.sent:,} sent = {result.accepted:,} accepted + {result.duplicate:,} duplicate + 0 refused"
        )
        for reason, count in result.skipped.items():
            timeline.say(f"{count:,} rows were skipped: {reason}")


@application.command()
def mine(project: Annotated[str, typer.Argument(help="Name or number of the project.")]) -> None:
    """Mine a project and wait for the result."""
    with _one_command() as (settings, timeline):
        job = mine_project(settings, timeline, project)
        for table, count in (job.get("row_counts") or {}).items():
            timeline.say(f"{table:40} {count:>12,} rows")


@application.command()
def export(
    project: Annotated[str, typer.Argument(help="Name or number of the project.")],
    table: Annotated[list[str] | None, typer.Option(help="A published table; all when left out.")] = None,
    export_format: Annotated[ExportFormat, typer.Option("--format")] = ExportFormat.CSV,
    into: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("exports"),
    login: Annotated[str, typer.Option(help="Who exports: the audit log names this account.")] = ADMIN,
) -> None:
    """Write a project's published tables to files, once the audit log says who takes them."""
    password = None if login == ADMIN else typer.prompt(f"Password of {login}", hide_input=True)
    with _one_command() as (settings, timeline):
        files = export_project(
            settings,
            timeline,
            project,
            login=login,
            password=password or settings.passwords.admin,
            tables=table or [],
            export_format=export_format,
            folder=into,
        )
        for file in files:
            timeline.say(str(file))
