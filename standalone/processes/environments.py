"""What each process is told by its environment: places for all, and of addresses and passwords only its own.

Add a variable to the process that reads it. Nothing that runs gets the account that sets the databases up.
"""

from urllib.parse import urlsplit, urlunsplit

from domain.database_roles import DatabaseRole
from pipelines.project_files import SUPERSET_FILES
from standalone.processes.sockets import superset_socket
from standalone.settings import Settings

PREPARATION = "governance_preparation"
SUPERSET_BOOTSTRAP = "superset_bootstrap"
"""Two that end before the process they prepare begins."""


def process_environment(settings: Settings, name: str) -> dict[str, str]:
    """The variables of one process, by its name in `supervised`."""
    return _places(settings) | _secrets(settings).get(name, {})


def with_driver(database_url: str, driver: str) -> str:
    """SQLAlchemy's form, with the driver written out: which one a bare `postgresql://` means depends on its release."""
    return f"postgresql+{driver}://{database_url.partition('://')[2]}"


def _places(settings: Settings) -> dict[str, str]:
    return {
        "TASK_MINING_HOME": str(settings.home),
        "TASK_MINING_LAKE": str(settings.lake),
        "TASK_MINING_AUDIT_TRAILS": str(settings.audit_trails),
        "TASK_MINING_API_URL": settings.api_url,
        "TASK_MINING_DAGSTER_URL": settings.dagster_url,
        "TASK_MINING_SUPERSET_URL": settings.superset_url,
        "SUPERSET_CONFIG_PATH": str(SUPERSET_FILES / "superset_config.py"),
        "SUPERSET_HOME": str(settings.superset_home),
        "DAGSTER_HOME": str(settings.dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "GX_ANALYTICS_ENABLED": "false",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "",  # where it is set, each start compiles again all that it imports
    }


def _secrets(settings: Settings) -> dict[str, dict[str, str]]:
    url, passwords = settings.database_url_of, settings.passwords
    dagster = {"DAGSTER_DATABASE_URL": with_driver(url(DatabaseRole.DAGSTER), "psycopg2")}
    superset = {
        "SUPERSET_SECRET_KEY": passwords.superset_secret_key,
        "SUPERSET_METADATA_URI": with_driver(url(DatabaseRole.SUPERSET), "psycopg2"),
        "TASK_MINING_DASHBOARDS_SIGN_IN_URL": url(DatabaseRole.SIGN_IN),
        "TASK_MINING_DASHBOARDS_SECRET": passwords.dashboards_secret,
    }
    return {
        "postgres": {"TASK_MINING_POSTGRES_PASSWORD": settings.postgres_password or ""},
        PREPARATION: {
            "TASK_MINING_DATABASE_URL": url(DatabaseRole.OWNER),
            "TASK_MINING_ADMIN_PASSWORD": passwords.admin,
            "TASK_MINING_PIPELINES_TOKEN": passwords.pipelines_token,
            "TASK_MINING_SUPERSET_TOKEN": passwords.superset_token,
            "TASK_MINING_DAGSTER_TOKEN": passwords.dagster_token,
        },
        "governance_api": {
            "TASK_MINING_DATABASE_URL": url(DatabaseRole.API),
            "TASK_MINING_SMTP_URL": settings.smtp_url,
        },
        # its runs inherit what it knows
        "code_server": dagster
        | {
            "TASK_MINING_DATABASE_URL": url(DatabaseRole.PIPELINES),
            "TASK_MINING_DASHBOARDS_DATABASE_URL": url(DatabaseRole.DEPLOYMENT),
            "TASK_MINING_PIPELINES_TOKEN": passwords.pipelines_token,
            "TASK_MINING_SUPERSET_PASSWORD": passwords.superset,
        },
        "dagster": dagster
        | {
            "TASK_MINING_DAGSTER_TOKEN": passwords.dagster_token,
            "TASK_MINING_DAGSTER_WORKSPACE": str(settings.dagster_workspace),
        },
        "dagster_daemon": dagster,
        "superset_relay": {"TASK_MINING_SUPERSET_SOCKET": str(superset_socket(settings))},
        "superset": superset | {"TASK_MINING_SUPERSET_TOKEN": passwords.superset_token},
        SUPERSET_BOOTSTRAP: superset | {"TASK_MINING_SUPERSET_PASSWORD": passwords.superset},
        # whether the database server is a given one, and not how to get in; Dagster tells it how its daemon is
        "health_watch": {
            "TASK_MINING_DATABASE_URL": _without_login(settings.given_database_url or ""),
            "TASK_MINING_DAGSTER_TOKEN": passwords.dagster_token,
        },
    }


def _without_login(database_url: str) -> str:
    parts = urlsplit(database_url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))
