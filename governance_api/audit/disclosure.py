"""What readers are told of the log where earlier releases wrote into it how somebody answered (`FORMER_TAGS`).

A digest covers the stored words and the digest before it, so whoever knows any later one can try all words. None is
told from the first such entry on, until an anchor noted after the last one carries a salt: a random fact that nobody is
told, so that nobody can compute the digests behind it from those before. The service itself verifies all of them.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Text, cast, func, select
from sqlalchemy.orm import Session

from governance_api.audit.anchors.records import parse_anchor
from governance_api.audit.schemas import AuditEntryAnswer
from governance_api.audit.tables import AuditEntry
from governance_api.audit.tags import FORMER_TAGS, AuditTag

SALT = "salt"
SALT_BYTES = 32
#: The fact of an anchor's entry that is a digest of another entry.
HEAD_DIGEST = "head_digest"


@dataclass(frozen=True)
class Withheld:
    """The entries whose digests are told to nobody: from `first_id` up to, not including, `salted_id` (None: all)."""

    first_id: int
    salted_id: int | None

    def covers(self, audit_entry_id: int) -> bool:
        return self.first_id <= audit_entry_id and (self.salted_id is None or audit_entry_id < self.salted_id)

    def covers_before(self, audit_entry_id: int) -> bool:
        """Whether the entry before this one is covered."""
        return self.first_id < audit_entry_id and (self.salted_id is None or audit_entry_id <= self.salted_id)


def find_withheld(session: Session) -> Withheld | None:
    """None where no earlier release noted an answer."""
    ids = AuditEntry.audit_entry_id
    # one tag at a time: each end is the end of an index then, however long the log is
    of_each = [cast(AuditEntry.tag, Text) == tag for tag in FORMER_TAGS]
    first = func.least(*(select(func.min(ids)).where(tag).scalar_subquery() for tag in of_each))
    last = func.greatest(*(select(func.max(ids)).where(tag).scalar_subquery() for tag in of_each))
    first_id, last_id = session.execute(select(cast(first, BigInteger), cast(last, BigInteger))).one()
    if first_id is None:
        return None
    salted = (AuditEntry.tag == AuditTag.AUDIT_ANCHORED, ids > last_id, AuditEntry.facts.has_key(SALT))
    return Withheld(first_id, session.scalar(select(func.min(ids)).where(*salted)))


def new_salt(session: Session) -> dict[str, str]:
    """The fact that the entry about to be added has to carry; none where no salt is needed, or one is there."""
    withheld = find_withheld(session)
    return {SALT: secrets.token_hex(SALT_BYTES)} if withheld and withheld.salted_id is None else {}


def tell_entries(session: Session, entries: Sequence[AuditEntry]) -> list[AuditEntryAnswer]:
    """Digests that are told to nobody are empty."""
    withheld = find_withheld(session)
    return [_told(AuditEntryAnswer.of(each), withheld) for each in entries]


def tell_anchors(session: Session, lines: Sequence[str]) -> list[str]:
    """Those lines of the file of anchors that may be told."""
    withheld = find_withheld(session)
    return [line for line in lines if withheld is None or _is_told(line, withheld)]


def tell_digest(session: Session, audit_entry_id: int, digest: str) -> str:
    """The digest of an entry; empty where it is told to nobody."""
    withheld = find_withheld(session)
    return "" if withheld is not None and withheld.covers(audit_entry_id) else digest


def _told(entry: AuditEntryAnswer, withheld: Withheld | None) -> AuditEntryAnswer:
    if withheld is None:
        return entry
    facts = {name: value for name, value in entry.facts.items() if name != SALT}
    digest, previous_digest = entry.digest, entry.previous_digest
    if withheld.covers(entry.audit_entry_id):
        digest = ""
    if withheld.covers_before(entry.audit_entry_id):
        previous_digest = ""
        if HEAD_DIGEST in facts:
            facts[HEAD_DIGEST] = ""
    return entry.model_copy(update={"facts": facts, "previous_digest": previous_digest, "digest": digest})


def _is_told(line: str, withheld: Withheld) -> bool:
    try:
        return not withheld.covers(parse_anchor(line).audit_entry_id)
    except ValueError:
        return False
