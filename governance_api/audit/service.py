"""Adds entries to the audit log and reads them. Entries never change."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Text, bindparam, cast, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from governance_api.audit.chain import BEGINNING, Link, Position, digest_of
from governance_api.audit.tables import AuditEntry
from governance_api.audit.tags import FORMER_TAGS, AuditTag
from governance_api.database import lock_until_commit
from governance_api.edge.paging import Page
from governance_api.security.callers import AgentCaller, Caller

__all__ = [
    "AuditTag",
    "NewEntry",
    "count_entries",
    "count_since",
    "last_anchor_noted",
    "list_audit_entries",
    "position_of_end",
    "reading_links",
    "record",
    "record_each",
]

#: Facts as the text of stored JSON, byte for byte.
_AS_STORED = text(
    "select value::text from jsonb_array_elements(:facts) with ordinality as facts (value, place) order by place"
).bindparams(bindparam("facts", type_=JSONB))


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """What was done to what, and by whom; `by` None is the service itself."""

    tag: AuditTag
    noun_id: object
    by: Caller | AgentCaller | None
    facts: Mapping[str, Any] = field(default_factory=dict)


def record(
    session: Session,
    tag: AuditTag,
    noun_id: object,
    *,
    by: Caller | AgentCaller | None,
    now: datetime,
    **facts: Any,
) -> None:
    """Adds an entry to the caller's transaction. `by` None is the service itself.

    Holds the chain's lock until commit: record a change after making it, so that nothing is waited for under the lock.
    """
    record_each(session, [NewEntry(tag=tag, noun_id=noun_id, by=by, facts=facts)], now=now)


def record_each(session: Session, added: Sequence[NewEntry], *, now: datetime) -> None:
    """An entry for each, in this order; as many queries for a thousand as for one. Of none, nothing is waited for."""
    if not added:
        return
    session.flush()
    lock_until_commit(session, "audit chain")
    previous = session.scalar(select(AuditEntry.digest).order_by(AuditEntry.audit_entry_id.desc()).limit(1))
    previous_digest = previous or BEGINNING
    stored = [json.loads(json.dumps(each.facts, default=str)) for each in added]
    texts = session.scalars(_AS_STORED, {"facts": stored})
    for each, facts, as_text in zip(added, stored, texts, strict=True):
        link = Link(
            audit_entry_id=0,
            occurred_at=now,
            account_id=each.by.account_id if isinstance(each.by, Caller) else None,
            agent_id=each.by.agent_id if isinstance(each.by, AgentCaller) else None,
            tag=each.tag.value,
            noun_id=str(each.noun_id),
            facts=as_text,
            previous_digest=previous_digest,
        )
        entry = AuditEntry(
            occurred_at=link.occurred_at,
            account_id=link.account_id,
            agent_id=link.agent_id,
            tag=each.tag,
            noun_id=link.noun_id,
            facts=facts,
            previous_digest=link.previous_digest,
            digest=digest_of(link),
        )
        session.add(entry)
        previous_digest = entry.digest
    session.flush()


def list_audit_entries(session: Session, page: Page, *, tag: AuditTag | None = None) -> list[AuditEntry]:
    """In the order they were added."""
    statement: Select[AuditEntry] = select(AuditEntry)
    if tag is not None:
        words = [tag.value, *(former for former, now in FORMER_TAGS.items() if now is tag)]
        statement = statement.where(cast(AuditEntry.tag, Text).in_(words))
    return list(session.scalars(page.of(statement, AuditEntry.audit_entry_id.expression)))


def position_of_end(session: Session) -> Position:
    """The last entry there is."""
    statement = select(AuditEntry.audit_entry_id, AuditEntry.digest).order_by(AuditEntry.audit_entry_id.desc()).limit(1)
    row = session.execute(statement).one_or_none()
    return Position(row.audit_entry_id, row.digest) if row else Position(0, BEGINNING)


def last_anchor_noted(session: Session) -> tuple[int, int]:
    """The number of the last anchor that the log knows of, and the id of the entry that says so; (0, 0) before any."""
    statement = select(AuditEntry).where(AuditEntry.tag == AuditTag.AUDIT_ANCHORED)
    entry = session.scalar(statement.order_by(AuditEntry.audit_entry_id.desc()).limit(1))
    return (int(entry.noun_id), entry.audit_entry_id) if entry else (0, 0)


def count_entries(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def count_since(session: Session, tag: AuditTag, noun_id: object, *, since: datetime) -> int:
    """Entries about one thing, later than an instant."""
    about = (AuditEntry.tag == tag, AuditEntry.noun_id == str(noun_id), AuditEntry.occurred_at > since)
    return session.scalar(select(func.count()).select_from(AuditEntry).where(*about)) or 0


@contextmanager
def reading_links(session: Session) -> Iterator[Iterator[Link]]:
    """All entries as the chain sees them, in order, without holding them all in memory."""
    entries = AuditEntry.__table__.c
    statement = select(
        entries.audit_entry_id,
        entries.occurred_at,
        entries.account_id,
        entries.agent_id,
        cast(entries.tag, Text).label("tag"),
        entries.noun_id,
        cast(entries.facts, Text).label("facts"),
        entries.previous_digest,
        entries.digest,
    ).order_by(entries.audit_entry_id)
    with session.execute(statement, execution_options={"yield_per": 1_000}) as rows:
        yield (_link(row) for row in rows)


def _link(row: Row[Any]) -> Link:
    return Link(**row._mapping)
