"""Asks the governance service whose cookie or token was sent, and whether they may do what they are about to do.

An answer about a session holds for the seconds that the service says. Where it does not answer, nobody passes and
nothing is done.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import httpx

from pipelines.resources.governance_api import detail_of

SESSION_COOKIE = "task_mining_session"
TIMEOUT_S = 10.0
#: Answers remembered at once; where there are more, all are asked for anew.
MAX_REMEMBERED = 1_000
UNKNOWN_FOR_SECONDS = 1.0


class Action(StrEnum):
    """Grammar: what the audit log calls what somebody does; `change` is everything that has no word of its own."""

    LAUNCH = "launch"
    TERMINATE = "terminate"
    CHANGE = "change"
    FAILURE = "failure"
    """of one of the others, which was written down before it was tried"""


class GovernanceSilentError(RuntimeError):
    """The service that knows the accounts gives no answer, or none that can be understood."""

    def __init__(self, reason: object, remedy: str = "try again when it is well") -> None:
        super().__init__(f"The governance service does not answer ({reason}): {remedy}.")


class ActionRefusedError(RuntimeError):
    """Somebody may not do what they want to do; the sentence says why."""


@dataclass(frozen=True)
class Account:
    """Who asks. `secret` is the cookie or token that was sent; `is_cookie`: a browser sends it unasked."""

    login: str
    roles: frozenset[str]
    secret: str = field(repr=False)
    is_cookie: bool = True

    @property
    def is_admin(self) -> bool:
        return "admin" in self.roles

    @property
    def may_launch(self) -> bool:
        return not self.roles.isdisjoint({"admin", "power_user", "analyst"})

    @property
    def may_read(self) -> bool:
        return self.may_launch or not self.roles.isdisjoint({"guardian", "dagster"})


class Sessions(Protocol):
    """What the web server asks the governance service. Raises GovernanceSilentError."""

    def find(self, secret: str, *, is_cookie: bool) -> Account | None: ...

    def record(
        self, account: Account, action: Action, subject: str, *, project_ids: Sequence[int], facts: dict[str, Any]
    ) -> None:
        """Raises ActionRefusedError unless the account may; then it is in the audit log."""


class GovernanceSessions:
    """The real one, with the token of the account `dagster`."""

    def __init__(
        self,
        *,
        url: str,
        token: str,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT_S, transport=transport)
        self._token = token
        self._clock = clock
        self._known: dict[bytes, tuple[float, Account | None]] = {}

    def close(self) -> None:
        self._client.close()

    def find(self, secret: str, *, is_cookie: bool) -> Account | None:
        key = hashlib.sha256(f"{is_cookie} {secret}".encode("utf-8", "surrogatepass")).digest()
        until, account = self._known.get(key, (0.0, None))
        asked_at = self._clock()
        if asked_at < until:
            return account
        account, seconds = self._ask(secret, is_cookie=is_cookie)
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        self._known[key] = (asked_at + seconds, account)
        return account

    def _ask(self, secret: str, *, is_cookie: bool) -> tuple[Account | None, float]:
        if not secret.isascii() or not secret.isprintable() or set(secret) & set(' ;,"\\'):  # none of ours
            return None, UNKNOWN_FOR_SECONDS
        name, value = ("Cookie", f"{SESSION_COOKIE}={secret}") if is_cookie else ("Authorization", f"Bearer {secret}")
        try:
            answer = self._client.get("/sessions/current", headers={name: value})
        except httpx.HTTPError as error:
            raise GovernanceSilentError(type(error).__name__) from error
        if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            return None, UNKNOWN_FOR_SECONDS
        if answer.status_code != httpx.codes.OK:
            raise GovernanceSilentError(answer.status_code)
        try:
            said = answer.json()
            account = Account(said["login"], frozenset(said["roles"]), secret, is_cookie)
            return account, float(said["good_for_seconds"])
        except (ValueError, KeyError, TypeError) as error:
            raise GovernanceSilentError("what it says is no account") from error

    def record(
        self, account: Account, action: Action, subject: str, *, project_ids: Sequence[int], facts: dict[str, Any]
    ) -> None:
        body = {
            "session_secret": account.secret,
            "action": action,
            "subject": subject,
            "project_ids": list(project_ids),
            "facts": facts,
        }
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            answer = self._client.post("/run-actions", json=body, headers=headers)
        except httpx.HTTPError as error:
            raise GovernanceSilentError(type(error).__name__) from error
        if answer.is_success:
            return
        if answer.status_code == httpx.codes.UNAUTHORIZED and self._ask(self._token, is_cookie=False)[0] is None:
            raise GovernanceSilentError("it does not know this server", "set TASK_MINING_DAGSTER_TOKEN to its token")
        if answer.is_client_error:
            raise ActionRefusedError(detail_of(answer))
        raise GovernanceSilentError(answer.status_code)
