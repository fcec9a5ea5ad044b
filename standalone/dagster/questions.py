"""Asks Dagster's web server by GraphQL, as the account `dagster`, which reads and launches nothing."""

from typing import Any

import httpx

from pipelines.resources.authorities import trusted_authorities
from standalone.errors import StandaloneError
from standalone.settings import Settings


class DagsterSilentError(StandaloneError):
    """Dagster answered nothing that can be used."""

    def __init__(self, url: str, *, why: str) -> None:
        super().__init__(
            f"Dagster at {url} does not tell what it was asked ({why}): run `task-mining status`, and "
            "`task-mining up` when it is not well."
        )


def ask_dagster(settings: Settings, question: str, *path: str, answer_seconds: float, **variables: str) -> Any:
    """What the answer holds at the `path` of names. Raises DagsterSilentError."""
    try:
        answer = httpx.post(
            f"{settings.dagster_url}/graphql",
            json={"query": question, "variables": variables},
            headers={"Authorization": f"Bearer {settings.passwords.dagster_token}"},
            timeout=answer_seconds,
            verify=trusted_authorities(),
        )
        answer.raise_for_status()
        found = answer.json()["data"]
        for name in path:
            found = found[name]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise DagsterSilentError(settings.dagster_url, why=repr(error)) from error
    return found
