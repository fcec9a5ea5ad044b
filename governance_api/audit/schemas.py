"""Audit entries as guardians read them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from governance_api.audit.tags import AuditTag
from governance_api.edge.schemas import Answer, Body


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


class AnchorsAnswer(Answer):
    """The file of anchors, line by line, and the key (PEM) with which anybody can check their signatures.

    `withheld_count` lines are left out: their digests would give away how somebody answered a consent.
    """

    public_key: str
    lines: list[str]
    withheld_count: int


class KeptAnchors(Body):
    """Lines that were mailed, posted or copied, in their order."""

    lines: Annotated[list[Annotated[str, Field(max_length=2_000)]], Field(min_length=1, max_length=10_000)]


class VerificationAnswer(Answer):
    """What a walk along the whole chain found, compared with the anchors.

    Intact means without faults. `unanchored_entry_count` entries came after the last anchor: for them speak only the
    chain and what the service has seen since it started.
    """

    is_intact: bool
    faults: list[str]
    entry_count: int
    head_digest: str
    first_broken_entry_id: int | None
    anchor_count: int
    last_anchored_at: datetime | None
    unanchored_entry_count: int
