"""Chains audit entries: the digest of each covers its content and the digest before it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from governance_api.audit.schemas import VerificationAnswer

#: What the first entry follows.
BEGINNING = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Link:
    """One entry as the chain sees it; `facts` is the text of the stored JSON, byte for byte."""

    audit_entry_id: int
    occurred_at: datetime
    account_id: int | None
    agent_id: int | None
    tag: str
    noun_id: str
    facts: str
    previous_digest: str
    digest: str = ""


def digest_of(link: Link) -> str:
    """sha256 over a JSON array of the previous digest and every field but the id and the digest itself."""
    content = (
        link.previous_digest,
        link.occurred_at.astimezone(UTC).isoformat(timespec="microseconds"),
        link.account_id,
        link.agent_id,
        link.tag,
        link.noun_id,
        link.facts,
    )
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def verify(links: Iterable[Link]) -> VerificationAnswer:
    """Walks the links in order; stops at the first that does not follow from the one before."""
    head = BEGINNING
    count = 0
    for link in links:
        if link.previous_digest != head or link.digest != digest_of(link):
            return VerificationAnswer(
                is_intact=False, entry_count=count, head_digest=head, first_broken_entry_id=link.audit_entry_id
            )
        head = link.digest
        count += 1
    return VerificationAnswer(is_intact=True, entry_count=count, head_digest=head, first_broken_entry_id=None)
