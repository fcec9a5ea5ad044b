"""What changing an account needs of nouns that themselves use accounts: functions that `app` hands in.

Add a function here when a change of an account must reach another noun; never import that noun from `accounts`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, Request
from sqlalchemy.orm import Session


class EndTokens(Protocol):
    def __call__(self, session: Session, account_id: int, *, now: datetime) -> None:
        """Signs an account out."""


@dataclass(frozen=True, kw_only=True)
class AccountCollaborators:
    """`get_workstation_user_id` raises NotFoundError for an unknown login."""

    get_workstation_user_id: Callable[[Session, str], int]
    end_tokens: EndTokens


def read_collaborators(request: Request) -> AccountCollaborators:
    collaborators: AccountCollaborators = request.app.state.account_collaborators
    return collaborators


Collaborators = Annotated[AccountCollaborators, Depends(read_collaborators)]
