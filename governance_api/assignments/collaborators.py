"""What the deletion of a project needs of nouns above it, handed in when the service is put together.

Add a function here when another noun has something of a project that ends with it; never import it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from governance_api.security.callers import Caller


class EndMiningJobs(Protocol):
    def __call__(self, session: Session, project_id: int, *, reason: str, by: Caller, now: datetime) -> None:
        """Fails those that wait or run."""


@dataclass(frozen=True, kw_only=True)
class DeletionCollaborators:
    """`lock_mining_jobs` holds those that wait or run until commit: before anything is put on record."""

    lock_mining_jobs: Callable[[Session, int], None]
    end_mining_jobs: EndMiningJobs


def read_collaborators(request: Request) -> DeletionCollaborators:
    collaborators: DeletionCollaborators = request.app.state.deletion_collaborators
    return collaborators


Collaborators = Annotated[DeletionCollaborators, Depends(read_collaborators)]
