"""Compares the audit log with itself and with what was anchored outside the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from governance_api.audit.anchors.keeper import AnchorKeeper
from governance_api.audit.anchors.records import Anchor, read_anchors
from governance_api.audit.chain import BEGINNING, Link, Position, digest_of
from governance_api.audit.disclosure import tell_digest
from governance_api.audit.schemas import VerificationAnswer
from governance_api.audit.service import last_anchor_noted, reading_links


@dataclass
class Walk:
    """What a walk along the chain found. `faults` are sentences; of none, the log is what it was."""

    entry_count: int = 0
    head: Position = field(default_factory=lambda: Position(0, BEGINNING))
    first_broken_entry_id: int | None = None
    faults: list[str] = field(default_factory=list)


NO_ANCHORS = (
    "This service keeps no anchors, so nobody can tell whether the whole log was rewritten: "
    "set TASK_MINING_AUDIT_FOLDER."
)


def verify_log(
    session: Session, keeper: AnchorKeeper | None, *, kept: Sequence[str] | None = None
) -> VerificationAnswer:
    """`kept` are lines from elsewhere; without them those of the service's folder count, and none may be missing."""
    anchors: list[Anchor] = []
    faults: list[str] = []
    if keeper is None:
        faults.append(NO_ANCHORS)
    else:
        lines = keeper.folder.lines() if kept is None else kept
        anchors, faults = read_anchors(lines, keeper.folder.public_key(), is_whole=kept is None)
        noted, _ = last_anchor_noted(session)
        if kept is None and noted > (anchors[-1].number if anchors else 0):
            faults.append(
                f"The log says that anchor {noted} was written, but the file of anchors ends with "
                f"{anchors[-1].number if anchors else 'none'}: lines were taken away."
            )
    with reading_links(session) as links:
        found = walk(links, anchors, seen=keeper.seen if keeper else None)
    faults += found.faults
    return VerificationAnswer(
        is_intact=not faults,
        faults=faults,
        entry_count=found.entry_count,
        head_digest=tell_digest(session, found.head.audit_entry_id, found.head.digest),
        first_broken_entry_id=found.first_broken_entry_id,
        anchor_count=len(anchors),
        last_anchored_at=anchors[-1].anchored_at if anchors else None,
        unanchored_entry_count=max(0, found.entry_count - (anchors[-1].entry_count if anchors else 0)),
    )


def walk(links: Iterable[Link], anchors: Sequence[Anchor] = (), *, seen: Position | None = None) -> Walk:
    """Follows the chain from its beginning and stops at the first entry that does not follow.

    `anchors` are trusted, in order; `seen` is a position that this process has seen since it started.
    """
    found = Walk()
    expected = list(anchors)
    confirmed: Anchor | None = None
    is_seen = seen is None or seen.audit_entry_id == 0
    for link in links:
        while expected and expected[0].audit_entry_id < link.audit_entry_id:
            anchor = expected.pop(0)
            if anchor.audit_entry_id == found.head.audit_entry_id and anchor.head_digest == found.head.digest:
                confirmed = anchor
            else:
                found.faults.append(_differs(anchor, confirmed))
        if link.previous_digest != found.head.digest or link.digest != digest_of(link):
            found.first_broken_entry_id = link.audit_entry_id
            found.faults.append(
                f"Entry {link.audit_entry_id} does not follow from the one before it: one of them was changed, or what "
                f"stood between was taken away, {_since(confirmed)}."
            )
            return found
        found.entry_count += 1
        found.head = Position(link.audit_entry_id, link.digest)
        is_seen = is_seen or found.head == seen
    for anchor in expected:
        if anchor.audit_entry_id == found.head.audit_entry_id and anchor.head_digest == found.head.digest:
            confirmed = anchor
            continue
        found.faults.append(
            _missing(anchor, found) if anchor.entry_count > found.entry_count else _differs(anchor, confirmed)
        )
        break
    if not is_seen and not found.faults and seen is not None:
        found.faults.append(
            f"Entry {seen.audit_entry_id}, which this service has seen since it started, is no longer what it was: the "
            f"end of the log was cut off or rewritten {_since(confirmed)}."
        )
    return found


def _missing(anchor: Anchor, found: Walk) -> str:
    return (
        f"The log ends after {found.entry_count} entries, but had {anchor.entry_count} at {_instant(anchor)} (anchor "
        f"{anchor.number}): {anchor.entry_count - found.entry_count} entries were taken away."
    )


def _differs(anchor: Anchor, confirmed: Anchor | None) -> str:
    return (
        f"The log up to entry {anchor.audit_entry_id} is not the one that was anchored at {_instant(anchor)} (anchor "
        f"{anchor.number}): it was rewritten {_since(confirmed)}."
    )


def _since(confirmed: Anchor | None) -> str:
    if confirmed is None:
        return "at a time that no anchor narrows"
    return f"after anchor {confirmed.number} of {_instant(confirmed)}, up to which it is what it was"


def _instant(anchor: Anchor) -> str:
    return f"{anchor.anchored_at:%Y-%m-%d %H:%M:%S} UTC"
