"""Describes every supervised process: command, port, health check. What each is told stands in `environments`.

Add a process here; it then gets its section in supervisord's configuration, its line in `status` and its restarts.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from standalone.processes.sockets import code_server_socket, superset_socket
from standalone.settings import Settings
from standalone.superset.relay import AT_ONCE
from standalone.superset.relay import HEALTH as RELAY_HEALTH

MAX_MESSAGE_BYTES = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class SupervisedProcess:
    """One program under supervisord. `health_url` None: whoever accepts connections on port or socket is well."""

    name: str
    title: str
    command: tuple[str, ...]
    port: int | None
    port_variable: str = ""
    socket: Path | None = None
    health_url: str | None = None
    stop_signal: str = "TERM"
    start_seconds: int = 180


def supervised_processes(settings: Settings) -> tuple[SupervisedProcess, ...]:
    """All processes, each after those it needs."""
    database = () if settings.given_database_url else (_postgres(settings),)
    return (*database, _governance_api(settings), *_dagster(settings), *_superset(settings), _health_watch())


def _postgres(settings: Settings) -> SupervisedProcess:
    return SupervisedProcess(
        name="postgres",
        title="PostgreSQL",
        command=_module("standalone.postgres.process"),
        port=settings.ports.postgres,
        port_variable="TASK_MINING_POSTGRES_PORT",
        stop_signal="INT",
    )


def _governance_api(settings: Settings) -> SupervisedProcess:
    return SupervisedProcess(
        name="governance_api",
        title="Governance API",
        command=_served(settings, "governance_api.app:app_from_environment", settings.ports.api),
        port=settings.ports.api,
        port_variable="TASK_MINING_API_PORT",
        health_url=f"{settings.api_url}/health",
    )


def _dagster(settings: Settings) -> tuple[SupervisedProcess, ...]:
    """One code server that web server and daemon share: our definitions are imported once, not three times."""
    return (
        SupervisedProcess(
            name="code_server",
            title="Dagster code server",
            command=(
                *(*_module("standalone.dagster.code_server"), "--module-name", "pipelines.definitions"),
                *("--socket", str(code_server_socket(settings)), "--location-name", "task_mining"),
            ),
            port=None,
            socket=code_server_socket(settings),
        ),
        SupervisedProcess(
            name="dagster",
            title="Dagster",
            command=_served(
                settings,
                "pipelines.web.application:app_from_environment",
                settings.ports.dagster,
                "--websocket-bytes",
                str(MAX_MESSAGE_BYTES),
            ),
            port=settings.ports.dagster,
            port_variable="TASK_MINING_DAGSTER_PORT",
            health_url=f"{settings.dagster_url}/health",
        ),
        SupervisedProcess(
            name="dagster_daemon",
            title="Dagster daemon",
            command=(*_module("dagster._daemon"), "run", "-w", str(settings.dagster_workspace)),
            port=None,
        ),
    )


def _superset(settings: Settings) -> tuple[SupervisedProcess, ...]:
    """Its own server knows no bounds on connections, so it is reached through ours."""
    return (
        SupervisedProcess(
            name="superset_relay",
            title="Superset's relay",
            command=_served(settings, "standalone.superset.relay:app_from_environment", settings.ports.superset),
            port=settings.ports.superset,
            port_variable="TASK_MINING_SUPERSET_PORT",
            health_url=f"{settings.superset_url}{RELAY_HEALTH}",
        ),
        SupervisedProcess(
            name="superset",
            title="Superset",
            command=(
                *(str(settings.superset_environment / "bin" / "gunicorn"), "superset.app:create_app()"),
                *("--bind", f"unix:{superset_socket(settings)}", "--umask", "0077"),
                *("--workers", "1", "--worker-class", "gthread", "--threads", str(AT_ONCE)),
                *("--keep-alive", "0", "--timeout", "120", "--no-control-socket"),
            ),
            port=None,
            socket=superset_socket(settings),
            # /health answers 200 even where every page is a 500
            health_url=f"{settings.superset_url}/login/?as=admin",
        ),
    )


def _health_watch() -> SupervisedProcess:
    return SupervisedProcess(
        name="health_watch",
        title="Health watch",
        command=_module("standalone.processes.health_watch"),
        port=None,
    )


def _served(settings: Settings, application: str, port: int, *options: str) -> tuple[str, ...]:
    """By our own server, which bounds every connection: all that people open."""
    return (
        *(*_module("standalone.serving"), application),
        *("--host", settings.access.listen, "--port", str(port)),
        *options,
        *settings.access.arguments("--certificate", "--key"),
    )


def _module(name: str) -> tuple[str, ...]:
    """By our own Python, wherever its scripts are; -P: never from the folder that the process happens to stand in."""
    return (sys.executable, "-P", "-m", name)
