"""The base of every refusal: facts, a status, and one sentence that ends in the remedy.

Add an error to its noun's `errors.py`, as a subclass of one of these.
"""

import re
from enum import StrEnum
from typing import Any, ClassVar


class WayIn(StrEnum):
    """Grammar: what somebody showed to get in."""

    PASSWORD = "password"  # noqa: S105 - a word
    HELD_BACK = "held_back"
    """a password that was not even looked at, because too many before it were wrong"""
    CURRENT_PASSWORD = "current_password"  # noqa: S105 - a word: of a session that asked for a new one
    TOKEN = "token"  # noqa: S105 - a word
    BROWSER_SESSION = "browser_session"
    OPENID = "openid"
    AGENT_TOKEN = "agent_token"  # noqa: S105 - a word
    REGISTRATION_KEY = "registration_key"
    WORKSTATION_ACCOUNT = "workstation_account"
    """with a good registration key, one that is for other people"""


class GovernanceError(Exception):
    """An action is refused. Subclasses set `status`; `facts` are shown beside the sentence, so they hold no secret.

    A refusal with a `way_in` is a failed sign-in: it is counted and told in the audit log, of the account `account_id`
    where what was shown names one. Neither is part of the answer.
    """

    status: ClassVar[int] = 500
    way_in: WayIn | None = None
    account_id: int | None = None
    #: True where the refusal itself must be remembered: the transaction is committed although the answer is an error.
    is_remembered: ClassVar[bool] = False

    def __init__(self, sentence: str, /, **facts: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = facts

    @property
    def headers(self) -> dict[str, str]:
        return {}

    @classmethod
    def kind(cls) -> str:
        """The class name in lower case with hyphens: the last part of the problem's type."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__.removesuffix("Error")).lower()


class RefusedError(GovernanceError):
    """The request cannot be understood or breaks a rule about values."""

    status = 422


class UnauthenticatedError(GovernanceError):
    """Nobody, or nobody known, is asking."""

    status = 401

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": "Bearer"}


class ForbiddenError(GovernanceError):
    """Somebody known asks for what is not theirs to do."""

    status = 403


class NotFoundError(GovernanceError):
    """The thing named does not exist, or the caller may not know that it does."""

    status = 404


class ConflictError(GovernanceError):
    """The thing is in a state in which this cannot be done."""

    status = 409


class TooManyAttemptsError(GovernanceError):
    """Somebody tries too often; carries the seconds to wait."""

    status = 429

    def __init__(self, sentence: str, /, *, retry_after_seconds: int, **facts: Any) -> None:
        super().__init__(sentence, retry_after_seconds=retry_after_seconds, **facts)
        self.retry_after_seconds = retry_after_seconds

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after_seconds)}


class BodyTooLargeError(GovernanceError):
    """The body is larger than any honest request of this service."""

    status = 413


class ClientLeftError(GovernanceError):
    """The connection was closed while the answer was being made."""

    status = 408
