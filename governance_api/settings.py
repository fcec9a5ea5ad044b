"""What the environment decides about this service, read once when the service is put together."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`database_url` names no driver; `lake` is where ingestion lands files; tokens live `token_hours`."""

    database_url: str
    lake: Path
    audit_trails: Path | None = None
    """The folder that task scopes name files of; None when this service cannot see it."""
    api_url: str = "http://127.0.0.1:8700"
    token_hours: int = 12
    pool_size: int = 20

    @property
    def is_encrypted(self) -> bool:
        """Whether browsers reach this service by https, so that cookies may insist on it."""
        return self.api_url.startswith("https://")


def settings_from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Raises ValueError, naming the variable, when the database address is missing."""
    environment = os.environ if environment is None else environment
    database_url = environment.get("TASK_MINING_DATABASE_URL", "")
    if not database_url:
        raise ValueError(
            "TASK_MINING_DATABASE_URL is not set: set it to postgresql://user:password@host:port/task_mining."
        )
    home = Path(environment.get("TASK_MINING_HOME", ".task-mining"))
    return Settings(
        database_url=database_url,
        lake=Path(environment.get("TASK_MINING_LAKE", home / "lake")),
        audit_trails=Path(environment.get("TASK_MINING_AUDIT_TRAILS", home / "audit_trails")),
        api_url=environment.get("TASK_MINING_API_URL", "http://127.0.0.1:8700"),
    )
