"""Makes a caller of a token or a cookie, by three functions that `app` hands in, so that `security` imports no noun."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from governance_api.security.callers import AgentCaller, Caller


class AccountRecognition(Protocol):
    """Raises UnauthenticatedError for a token that is unknown or has expired."""

    def __call__(self, session: Session, token: str, *, now: datetime) -> Caller: ...


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """Who a secret speaks for: an account by its token, by its browser's cookie or by either, or an agent."""

    of_account: AccountRecognition
    of_browser: AccountRecognition
    of_person: AccountRecognition
    of_agent: Callable[[Session, str], AgentCaller]


def read_recognition(request: Request) -> Recognition:
    recognition: Recognition = request.app.state.recognition
    return recognition


#: What a check asks for when it needs to know whose token was sent.
TokenRecognition = Annotated[Recognition, Depends(read_recognition)]
