"""The command `task-mining`: what each verb takes and prints.

What a verb does belongs to the module of its name.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from standalone.errors import StandaloneError
from standalone.settings import Settings, settings_from_environment
from standalone.starting import Starting, addresses
from standalone.status import current_status, status_table
from standalone.stopping import stop_everything
from standalone.timeline import Timeline

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
            timeline.say(f"{name:15} {address}")


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
        timeline.console.print(status_table(statuses))
        if not all(status.is_healthy for status in statuses):
            raise typer.Exit(1)


def main() -> None:
    application()
