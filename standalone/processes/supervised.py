"""Describes every supervised process: command, port, health check; and the environment they share.

Add a process here; it then gets its section in supervisord's configuration, its line in `status` and its restarts.
"""

import sys
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from pipelines.project_files import SUPERSET_FILES
from standalone.ports import LOOPBACK
from standalone.settings import Settings


@dataclass(frozen=True, kw_only=True)
class SupervisedProcess:
    """One program under supervisord. `health_url` None: whoever accepts connections on the port is well."""

    name: str
    title: str
    command: tuple[str, ...]
    port: int | None
    port_variable: str = ""
    health_url: str | None = None
    stop_signal: str = "TERM"
    start_seconds: int = 180


def supervised_processes(settings: Settings) -> tuple[SupervisedProcess, ...]:
    """All processes, each after those it needs."""
    database = () if settings.given_database_url else (_postgres(settings),)
    return (*database, _governance_api(settings), *_dagster(settings), _superset(settings), _health_watch())


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
        command=(
            *(*_module("uvicorn"), "governance_api.app:app_from_environment", "--factory", "--workers", "1"),
            *("--host", LOOPBACK, "--port", str(settings.ports.api), "--loop", "uvloop", "--http", "httptools"),
            *("--no-access-log", "--timeout-graceful-shutdown", "20"),
        ),
        port=settings.ports.api,
        port_variable="TASK_MINING_API_PORT",
        health_url=f"{settings.api_url}/health",
    )


def _dagster(settings: Settings) -> tuple[SupervisedProcess, ...]:
    """One code server that web server and daemon share: our definitions are imported once, not three times."""
    workspace = ("-w", str(settings.dagster_home / "workspace.yaml"))
    return (
        SupervisedProcess(
            name="code_server",
            title="Dagster code server",
            command=(
                *(*_module("dagster"), "api", "grpc", "--module-name", "pipelines.definitions"),
                *("--host", LOOPBACK, "--port", str(settings.ports.code_server), "--location-name", "task_mining"),
            ),
            port=settings.ports.code_server,
            port_variable="TASK_MINING_CODE_SERVER_PORT",
        ),
        SupervisedProcess(
            name="dagster",
            title="Dagster",
            command=(
                *(*_module("dagster_webserver"), "-h", LOOPBACK, "-p", str(settings.ports.dagster)),
                *workspace,
            ),
            port=settings.ports.dagster,
            port_variable="TASK_MINING_DAGSTER_PORT",
            health_url=f"{settings.dagster_url}/server_info",
        ),
        SupervisedProcess(
            name="dagster_daemon",
            title="Dagster daemon",
            command=(*_module("dagster._daemon"), "run", *workspace),
            port=None,
        ),
    )


def _superset(settings: Settings) -> SupervisedProcess:
    return SupervisedProcess(
        name="superset",
        title="Superset",
        command=(
            *(str(settings.superset_environment / "bin" / "gunicorn"), "superset.app:create_app()"),
            *("--bind", f"{LOOPBACK}:{settings.ports.superset}", "--workers", "1", "--worker-class", "gthread"),
            *("--threads", "8", "--timeout", "120", "--no-control-socket"),
        ),
        port=settings.ports.superset,
        port_variable="TASK_MINING_SUPERSET_PORT",
        # /health answers 200 even where every page is a 500
        health_url=f"{settings.superset_url}/login/",
    )


def _health_watch() -> SupervisedProcess:
    return SupervisedProcess(
        name="health_watch",
        title="Health watch",
        command=_module("standalone.processes.health_watch"),
        port=None,
    )


def process_environment(settings: Settings) -> dict[str, str]:
    """The variables by which our processes know their places and passwords; each process gets all of them."""
    database_url = settings.database_url
    return {
        "TASK_MINING_HOME": str(settings.home),
        "TASK_MINING_LAKE": str(settings.lake),
        "TASK_MINING_AUDIT_TRAILS": str(settings.audit_trails),
        "TASK_MINING_DATABASE_URL": database_url,
        "TASK_MINING_DASHBOARDS_DATABASE_URL": dashboards_database_url(settings),
        "TASK_MINING_API_URL": settings.api_url,
        "TASK_MINING_SUPERSET_URL": settings.superset_url,
        "TASK_MINING_ADMIN_PASSWORD": settings.passwords.admin,
        "TASK_MINING_PIPELINES_PASSWORD": settings.passwords.pipelines,
        "TASK_MINING_SUPERSET_PASSWORD": settings.passwords.superset,
        "SUPERSET_CONFIG_PATH": str(SUPERSET_FILES / "superset_config.py"),
        "SUPERSET_HOME": str(settings.superset_home),
        "SUPERSET_SECRET_KEY": settings.passwords.superset_secret_key,
        "SUPERSET_METADATA_URI": with_driver(settings.database_url_of("superset"), "psycopg2"),
        "DAGSTER_HOME": str(settings.dagster_home),
        "DAGSTER_DATABASE_URL": with_driver(settings.database_url_of("dagster"), "psycopg2"),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "GX_ANALYTICS_ENABLED": "false",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
    }


def dashboards_database_url(settings: Settings) -> str:
    """The same database through the eyes of the role that reads the schema `marts` only."""
    parts = urlsplit(settings.database_url)
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"dashboards_reader:{settings.passwords.dashboards_reader}@{address}"))


def with_driver(database_url: str, driver: str) -> str:
    """SQLAlchemy's form, with the driver written out: which one a bare `postgresql://` means depends on its release."""
    return f"postgresql+{driver}://{database_url.partition('://')[2]}"


def _module(name: str) -> tuple[str, ...]:
    """By our own Python, wherever its scripts are; -P: never from the folder that the process happens to stand in."""
    return (sys.executable, "-P", "-m", name)
