"""Reads every port, folder and password of one machine from the environment, once.

Add a setting here, with its line in the table of standalone/README.md; nothing else in this folder reads the
environment.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from domain.database_roles import DatabaseRole
from domain.errors import DomainError
from domain.settings.folders import folder_from
from pipelines.project_files import IS_CHECKOUT, ROOT
from standalone.errors import StandaloneError
from standalone.passwords import derived_password, stored_password
from standalone.postgres.cluster import EmbeddedPostgres
from standalone.postgres.roles import MADE_IN, with_login
from standalone.public_access import PublicAccess, access_from_environment


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Where the processes listen, all on 127.0.0.1."""

    api: int
    dagster: int
    superset: int
    postgres: int


@dataclass(frozen=True, kw_only=True)
class Passwords:
    """Given by the environment, or generated once into the state folder."""

    admin: str
    pipelines_token: str
    superset: str
    superset_token: str
    dagster_token: str
    superset_secret_key: str
    dashboards_reader: str
    dashboards_secret: str
    demo: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one machine needs to know. `database_url` is None when PostgreSQL is the embedded one."""

    home: Path
    lake: Path
    audit_trails: Path
    recordings: Path
    superset_environment: Path
    ports: Ports
    passwords: Passwords
    access: PublicAccess
    given_database_url: str | None
    smtp_url: str
    """The mail server that anchors of the audit log leave by; empty for none."""
    postgres_account: str | None
    postgres_password: str | None

    @property
    def postgres(self) -> EmbeddedPostgres:
        return EmbeddedPostgres(self.home, self.ports.postgres, self.postgres_account, self.postgres_password)

    @property
    def database_url(self) -> str:
        """The product's own database, as the account that sets it up: for `up`, and for no process that stays."""
        return self.given_database_url or self.postgres.url(self.database_name("task_mining"))

    @property
    def setting_up_url(self) -> str:
        """A database that is there before ours are."""
        return self.given_database_url or self.postgres.url()

    def setting_up_url_of(self, database: str) -> str:
        return urlunsplit(urlsplit(self.database_url)._replace(path=f"/{self.database_name(database)}"))

    def database_name(self, database: str) -> str:
        """A given address names the product's own database; Superset's and Dagster's stand beside it."""
        given = urlsplit(self.given_database_url or "").path.removeprefix("/")
        return given if given and database == "task_mining" else database

    def database_url_of(self, role: DatabaseRole) -> str:
        """The database of a role as that role, without a driver: each client adds its own."""
        return with_login(
            self.database_url,
            login=role,
            password=self.database_password(role),
            database=self.database_name(MADE_IN[role]),
        )

    def database_password(self, role: DatabaseRole) -> str:
        if role is DatabaseRole.NOBODY:
            return derived_password(self.passwords.dashboards_secret, role)
        is_given = role is DatabaseRole.DEPLOYMENT
        return self.passwords.dashboards_reader if is_given else stored_password(self.home, f"database_{role}")

    @property
    def api_url(self) -> str:
        return self.access.url(self.ports.api)

    @property
    def dagster_url(self) -> str:
        return self.access.url(self.ports.dagster)

    @property
    def superset_url(self) -> str:
        return self.access.url(self.ports.superset)

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def dagster_workspace(self) -> Path:
        return self.dagster_home / "workspace.yaml"

    @property
    def superset_home(self) -> Path:
        return self.home / "superset"


def settings_from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Creates the state folder and the passwords that are not given; raises StandaloneError for a bad value."""

    def folder(variable: str, default: Path) -> Path:
        try:
            return folder_from(environment, variable, default).resolve()
        except DomainError as error:
            raise StandaloneError(str(error)) from error

    home = folder("TASK_MINING_HOME", _usual_home(environment))
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)  # also one that others could read until now
    except OSError as error:
        raise StandaloneError(
            f"The state folder {home} cannot be made yours alone ({error.strerror}): "
            "set TASK_MINING_HOME to a folder of yours."
        ) from error

    lake = folder("TASK_MINING_LAKE", home / "lake")
    superset_environment = folder(
        "TASK_MINING_SUPERSET_ENVIRONMENT", (ROOT if IS_CHECKOUT else home) / ".venv-superset"
    )
    _refuse_characters("*?[", lake, reader="DuckDB")
    _refuse_characters("%", ROOT, superset_environment, reader="Alembic, which Dagster and Superset migrate with,")
    return Settings(
        home=home,
        lake=lake,
        audit_trails=folder("TASK_MINING_AUDIT_TRAILS", home / "audit_trails"),
        recordings=folder(
            "TASK_MINING_RECORDINGS", ROOT.parent / "shared" / "data" / "leno" if IS_CHECKOUT else home / "recordings"
        ),
        superset_environment=superset_environment,
        ports=_ports(environment),
        passwords=_passwords(environment, home),
        access=access_from_environment(environment),
        given_database_url=environment.get("TASK_MINING_DATABASE_URL") or None,
        smtp_url=environment.get("TASK_MINING_SMTP_URL", ""),
        postgres_account=environment.get("TASK_MINING_POSTGRES_ACCOUNT") or None,
        postgres_password=environment.get("TASK_MINING_POSTGRES_PASSWORD") or None,
    )


def _usual_home(environment: Mapping[str, str]) -> Path:
    """In the checkout; for an installed product among the user's own data, the same from wherever it is called."""
    if IS_CHECKOUT:
        return ROOT / ".task-mining"
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "task-mining"


def _refuse_characters(characters: str, *folders: Path, reader: str) -> None:
    """A refusal now instead of a stack trace of somebody else's in the middle of the start."""
    for folder in folders:
        if found := sorted(set(characters) & set(str(folder))):
            raise StandaloneError(
                f"The folder {folder} has {' and '.join(found)} in its name, which {reader} takes for a pattern: "
                "use a folder without."
            )


def _ports(environment: Mapping[str, str]) -> Ports:
    def port(name: str, default: int) -> int:
        variable = f"TASK_MINING_{name}_PORT"
        given = environment.get(variable) or str(default)
        if not given.isdecimal() or not 0 < int(given) < 65536:
            raise StandaloneError(f"{variable} is {given!r}: set it to a number from 1 to 65535.")
        return int(given)

    return Ports(
        api=port("API", 8700),
        dagster=port("DAGSTER", 8701),
        superset=port("SUPERSET", 8702),
        postgres=port("POSTGRES", 8703),
    )


def _passwords(environment: Mapping[str, str], home: Path) -> Passwords:
    def password(variable: str, name: str) -> str:
        return environment.get(variable) or stored_password(home, name)

    return Passwords(
        admin=password("TASK_MINING_ADMIN_PASSWORD", "admin"),
        pipelines_token=password("TASK_MINING_PIPELINES_TOKEN", "pipelines_token"),
        superset=password("TASK_MINING_SUPERSET_PASSWORD", "superset"),
        superset_token=password("TASK_MINING_SUPERSET_TOKEN", "superset_token"),
        dagster_token=password("TASK_MINING_DAGSTER_TOKEN", "dagster_token"),
        superset_secret_key=password("TASK_MINING_SUPERSET_SECRET_KEY", "superset_secret_key"),
        dashboards_reader=password("TASK_MINING_DASHBOARDS_PASSWORD", "dashboards_reader"),
        dashboards_secret=password("TASK_MINING_DASHBOARDS_SECRET", "dashboards_secret"),
        demo=password("TASK_MINING_DEMO_PASSWORD", "demo"),
    )
