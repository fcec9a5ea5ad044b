"""Chains audit entries: the digest of each covers its content and the digest before it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

#: What the first entry follows.
BEGINNING = "0" * 64


@dataclass(frozen=True)
class Position:
    """An entry that the log ended with at some time, and its digest."""

    audit_entry_id: int
    digest: str


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
