"""Bodies about losses. The reasons are those of `domain.losses`."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.losses import LossReason
from governance_api.edge.schemas import Answer, Body, Name
from governance_api.losses.reporters import Reporter


class LossBody(Body):
    reason: LossReason
    event_count: Annotated[int, Field(ge=1, le=2**53)]
    first_at: AwareDatetime | None = None
    last_at: AwareDatetime | None = None


class LossReport(Body):
    """A report sent again under the same `report_key` counts once; name each reason once in it."""

    losses: Annotated[list[LossBody], Field(max_length=100)]
    report_key: Name | None = None


class KeyedLossReport(LossReport):
    """One that must have its key: whoever sends it may have to send it again."""

    report_key: Name


class LossReportAnswer(Answer):
    recorded_count: int


class LossTotalAnswer(Answer):
    reason: LossReason
    reported_by: Reporter
    event_count: int
    first_at: datetime | None
    last_at: datetime | None
