"""Bodies of /purges: what was deleted, with a count per table."""

from datetime import datetime
from typing import Any

from governance_api.edge.schemas import Answer, Body, Report


class PurgeCreation(Body):
    report: Report


class PurgeAnswer(Answer):
    purge_id: int
    report: dict[str, Any]
    reported_at: datetime
