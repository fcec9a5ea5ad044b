"""Audit entries as guardians read them."""

from datetime import datetime
from typing import Any

from governance_api.audit.tags import AuditTag
from governance_api.edge.schemas import Answer


class AuditEntryAnswer(Answer):
    audit_entry_id: int
    occurred_at: datetime
    account_id: int | None
    agent_id: int | None
    tag: AuditTag
    noun_id: str
    facts: dict[str, Any]
    previous_digest: str
    digest: str


class VerificationAnswer(Answer):
    """What a walk along the whole chain found.

    Compare `head_digest` and `entry_count` with those noted before: only that shows a chain cut off at its end.
    """

    is_intact: bool
    entry_count: int
    head_digest: str
    first_broken_entry_id: int | None
