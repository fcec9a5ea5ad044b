"""Compares the audit log with itself and with what was anchored outside the database."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

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

#: Of so many entries of the log are the slices.
SLICE_ENTRIES = 1_000


def verifying(
    session: Session, keeper: AnchorKeeper | None, *, kept: Sequence[str] | None = None
) -> Generator[VerificationAnswer | None, None, None]:
    """Reads some entries at each step and gives None; the last step gives what is so of the whole log.

    `kept` are lines from elsewhere; without them those of the service's folder count, and none may be missing.
    """
    # In the order in which they come to be, backwards: what comes to be meanwhile is never missed.
    seen = keeper.seen if keeper else None
    noted, _ = last_anchor_noted(session)
    anchors: list[Anchor] = []
    faults: list[str] = []
    if keeper is None:
        faults.append(NO_ANCHORS)
    else:
        lines = keeper.folder.lines() if kept is None else kept
        anchors, faults = read_anchors(lines, keeper.folder.public_key(), is_whole=kept is None)
        if kept is None and noted > (anchors[-1].number if anchors else 0):
            faults.append(
                f"The log says that anchor {noted} was written, but the file of anchors ends with "
                f"{anchors[-1].number if anchors else 'none'}: lines were taken away."
            )
    with reading_links(session) as links:
        walking = Walking(anchors, seen=seen)
        while walking.follow(islice(links, SLICE_ENTRIES)):
            yield None
    found = walking.end()
    faults += found.faults
    yield VerificationAnswer(
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
    """The whole way at once: see `Walking`."""
    walking = Walking(anchors, seen=seen)
    walking.follow(links)
    return walking.end()


class Walking:
    """Follows the chain from its beginning, some entries at a time, up to the first entry that does not follow.

    `anchors` are trusted, in order; `seen` is a position that this process has seen since it started.
    """

    def __init__(self, anchors: Sequence[Anchor] = (), *, seen: Position | None = None) -> None:
        self._found = Walk()
        self._expected = list(anchors)
        self._confirmed: Anchor | None = None
        self._seen = seen
        self._is_seen = seen is None or seen.audit_entry_id == 0

    def follow(self, links: Iterable[Link]) -> bool:
        """Whether there were any, and all of them followed."""
        has_some = False
        for link in links:
            has_some = True
            self._compare_anchors(before=link)
            if not self._follows(link):
                return False
        return has_some

    def end(self) -> Walk:
        """After the last entry."""
        found = self._found
        if found.first_broken_entry_id is not None:
            return found
        for anchor in self._expected:
            if self._confirms(anchor):
                continue
            found.faults.append(
                _missing(anchor, found) if anchor.entry_count > found.entry_count else _differs(anchor, self._confirmed)
            )
            break
        if not self._is_seen and not found.faults and self._seen is not None:
            found.faults.append(
                f"Entry {self._seen.audit_entry_id}, which this service has seen since it started, is no longer what "
                f"it was: the end of the log was cut off or rewritten {_since(self._confirmed)}."
            )
        return found

    def _compare_anchors(self, *, before: Link) -> None:
        while self._expected and self._expected[0].audit_entry_id < before.audit_entry_id:
            anchor = self._expected.pop(0)
            if not self._confirms(anchor):
                self._found.faults.append(_differs(anchor, self._confirmed))

    def _confirms(self, anchor: Anchor) -> bool:
        if Position(anchor.audit_entry_id, anchor.head_digest) != self._found.head:
            return False
        self._confirmed = anchor
        return True

    def _follows(self, link: Link) -> bool:
        found = self._found
        if link.previous_digest != found.head.digest or link.digest != digest_of(link):
            found.first_broken_entry_id = link.audit_entry_id
            found.faults.append(
                f"Entry {link.audit_entry_id} does not follow from the one before it: one of them was changed, or what "
                f"stood between was taken away, {_since(self._confirmed)}."
            )
            return False
        found.entry_count += 1
        found.head = Position(link.audit_entry_id, link.digest)
        self._is_seen = self._is_seen or found.head == self._seen
        return True


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
