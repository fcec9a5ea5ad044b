"""Asks the governance API whose session a browser or a program shows, and derives their Superset roles from the answer.

An answer holds for the seconds that the API says; where it does not answer, nobody knows who it is.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import requests

SESSION_COOKIE = "task_mining_session"
VIEWER_ROLE = "Dashboard viewer"
ADMIN_ROLE = "Admin"
SEES_EVERYTHING = frozenset({"admin"})
SEES_OWN_AND_SHARED_PROJECTS = frozenset({"power_user", "analyst", "stakeholder"})
ANSWER_WITHIN_SECONDS = 5
REFUSED_FOR_SECONDS = 1.0
MOST_REMEMBERED = 1_000

logger = logging.getLogger(__name__)


class GovernanceUnreachableError(Exception):
    """The governance API gave no answer: nobody knows whether the person may still come in."""


@dataclass(frozen=True)
class GovernanceAccount:
    """Whose session it is, as the governance API describes them. `session_id` is the API's number of the session."""

    session_id: int
    login: str
    display_name: str
    roles: frozenset[str]

    @property
    def sees_dashboards(self) -> bool:
        """Managers, guardians and installers see none."""
        return bool(self.roles & (SEES_EVERYTHING | SEES_OWN_AND_SHARED_PROJECTS))


class GovernanceSessions:
    """`service_token` is Superset's own, with which it ends the session of somebody who signs out here."""

    def __init__(self, url: str, *, service_token: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url.rstrip("/")
        self._service_token = service_token
        self._clock = clock
        self._known: dict[bytes, tuple[float, GovernanceAccount | None]] = {}

    def find(self, secret: str, *, is_cookie: bool) -> GovernanceAccount | None:
        """None when the cookie or token is no longer good. Raises GovernanceUnreachableError."""
        key = hashlib.sha256(f"{is_cookie} {secret}".encode("utf-8", "surrogatepass")).digest()
        until, account = self._known.get(key, (0.0, None))
        if self._clock() < until:
            return account
        asked_at = self._clock()
        account, seconds = self._ask(secret, is_cookie=is_cookie)
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[key] = (asked_at + seconds, account)
        return account

    def end(self, secret: str) -> None:
        """Ends the session of a cookie for all servers. Raises GovernanceUnreachableError where that is not certain."""
        body, headers = {"session_secret": secret}, {"Authorization": f"Bearer {self._service_token}"}
        try:
            answer = requests.post(
                f"{self._url}/sessions/end", json=body, headers=headers, timeout=ANSWER_WITHIN_SECONDS
            )
            answer.raise_for_status()
        except requests.RequestException as error:
            raise GovernanceUnreachableError(str(error)) from error
        self._known.clear()

    def _ask(self, secret: str, *, is_cookie: bool) -> tuple[GovernanceAccount | None, float]:
        if not secret.isascii() or not secret.isprintable() or set(secret) & set(' ;,"\\'):
            return None, REFUSED_FOR_SECONDS
        name, value = ("Cookie", f"{SESSION_COOKIE}={secret}") if is_cookie else ("Authorization", f"Bearer {secret}")
        try:
            answer = requests.get(f"{self._url}/sessions/current", headers={name: value}, timeout=ANSWER_WITHIN_SECONDS)
            if answer.status_code in {401, 403}:
                return None, REFUSED_FOR_SECONDS
            answer.raise_for_status()
            said = answer.json()
            account = GovernanceAccount(
                session_id=said["access_token_id"],
                login=said["login"],
                display_name=said["display_name"],
                roles=frozenset(said["roles"]),
            )
            return account, float(said["good_for_seconds"])
        except requests.RequestException as error:
            raise GovernanceUnreachableError(str(error)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise GovernanceUnreachableError(f"what it says is no account: {error!r}") from error


def project_role(project_id: int) -> str:
    """The Superset role whose row-level security opens one project (`pipelines/dashboards/access.py`)."""
    return f"Project {project_id}"


def superset_roles(account: GovernanceAccount, project_ids: Iterable[int]) -> list[str]:
    """Superset's role names for an account; empty for those who see no dashboards."""
    if account.roles & SEES_EVERYTHING:
        return [ADMIN_ROLE]
    if account.roles & SEES_OWN_AND_SHARED_PROJECTS:
        return [VIEWER_ROLE, *(project_role(each) for each in project_ids)]
    return []
