"""Bodies of /agent/consents."""

from datetime import datetime
from typing import Literal

from governance_api.edge.schemas import Answer, Body


class ConsentCreation(Body):
    approval_id: int
    answer: Literal["accepted", "declined"]


class ConsentAnswer(Answer):
    approval_id: int
    answer: str
    answered_at: datetime
