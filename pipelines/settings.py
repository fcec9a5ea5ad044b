"""Reads from the environment where the pipelines find the lake, the databases and the API, once, by `read_settings`.

Add a variable here. What people may change while the product runs is a configuration record of the governance API.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.settings.folders import folder_from

HOME = Path(".task-mining")


class SettingsError(RuntimeError):
    """A variable of the environment is missing or wrong; the sentence names it and says what to set."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one process of the pipelines needs to know about its surroundings."""

    home: Path
    lake: Path
    database_url: str
    api_url: str
    pipelines_token: str
    audit_trails: Path
    audit_database_url: str | None
    superset_url: str | None
    superset_password: str | None
    dashboards_database_url: str | None
    """None of the last three: no dashboards are deployed from here."""


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Raises SettingsError when the database or the token is not named, DomainError when a folder is none."""
    values = os.environ if environment is None else environment
    home = folder_from(values, "TASK_MINING_HOME", HOME).resolve()
    return Settings(
        home=home,
        lake=folder_from(values, "TASK_MINING_LAKE", home / "lake").resolve(),
        database_url=required(values, "TASK_MINING_DATABASE_URL", "the URL of the PostgreSQL database"),
        api_url=values.get("TASK_MINING_API_URL", "http://127.0.0.1:8700"),
        pipelines_token=required(values, "TASK_MINING_PIPELINES_TOKEN", "the token of account pipelines"),
        audit_trails=folder_from(values, "TASK_MINING_AUDIT_TRAILS", home / "audit_trails").resolve(),
        audit_database_url=values.get("TASK_MINING_AUDIT_DATABASE_URL") or None,
        superset_url=values.get("TASK_MINING_SUPERSET_URL") or None,
        superset_password=values.get("TASK_MINING_SUPERSET_PASSWORD") or None,
        dashboards_database_url=values.get("TASK_MINING_DASHBOARDS_DATABASE_URL") or None,
    )


def dbt_target_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where compiled dbt models are kept: known without a database, so that Dagster can load the code location."""
    values = os.environ if environment is None else environment
    return folder_from(values, "TASK_MINING_HOME", HOME).resolve() / "dbt"


def required(values: Mapping[str, str], name: str, meaning: str) -> str:
    """Raises SettingsError when it is not set."""
    value = values.get(name, "")
    if not value:
        raise SettingsError(f"{name} is not set: set it to {meaning}.")
    return value
