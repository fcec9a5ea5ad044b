"""Bodies of /agent/consents."""

from datetime import datetime
from typing import Literal

from domain.assignments.terms import ConsentState
from governance_api.edge.schemas import Answer, Body


class ConsentCreation(Body):
    approval_id: int
    answer: Literal["accepted", "declined"]


class ConsentAnswer(Answer):
    approval_id: int
    answer: ConsentState
    answered_at: datetime
