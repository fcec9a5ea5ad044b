"""What Superset tells of looks and downloads, and how far it has told."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from governance_api.edge.schemas import Answer, Body

MAX_LOOKS = 500
MAX_ID = 2**62
Word = Annotated[str, Field(max_length=500)]
LogId = Annotated[int, Field(ge=0, le=MAX_ID)]


class DashboardLook(Body):
    """Looks (or downloads) of one account at one thing, `count` of them."""

    login: Word
    is_download: bool
    what: Word
    dashboard: Word = ""
    charts: Annotated[list[Word], Field(max_length=MAX_LOOKS)]
    datasets: Annotated[list[Word], Field(max_length=MAX_LOOKS)]
    count: Annotated[int, Field(ge=1, le=MAX_LOOKS)]
    first_at: AwareDatetime
    last_at: AwareDatetime


class DashboardLooks(Body):
    """What stands in Superset's log after one row, up to another. `is_restarted`: the log begins anew, lower."""

    after: LogId
    up_to: LogId
    is_restarted: bool = False
    looks: Annotated[list[DashboardLook], Field(max_length=MAX_LOOKS)]


class CarriedLogAnswer(Answer):
    up_to: int
