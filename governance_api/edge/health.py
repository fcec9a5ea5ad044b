"""GET /health: whether this service can answer, for process control."""

from fastapi import APIRouter
from sqlalchemy import text

from governance_api.database import Transaction
from governance_api.edge.schemas import Answer

router = APIRouter(tags=["health"])


class HealthAnswer(Answer):
    """`schema_version` is the newest revision applied to the database."""

    status: str
    schema_version: str


@router.get("/health")
def read_health(transaction: Transaction) -> HealthAnswer:
    version = transaction.scalar(text("select version_num from governance.schema_version"))
    return HealthAnswer(status="ok", schema_version=str(version))
