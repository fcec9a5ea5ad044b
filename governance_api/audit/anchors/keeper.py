"""Anchors the audit log every hour and at shutdown, in a thread of its own, and remembers what it saw of its end."""

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from governance_api.audit.anchors.delivery import AnchorDelivery, DeliveryError
from governance_api.audit.anchors.folder import AnchorFolder
from governance_api.audit.anchors.records import BEGINNING, Anchor, parse_anchor
from governance_api.audit.chain import Position
from governance_api.audit.disclosure import new_salt
from governance_api.audit.service import AuditTag, count_entries, last_anchor_noted, position_of_end, record
from governance_api.clock import Clock

ANCHOR_EVERY = timedelta(hours=1)
LOOK_EVERY_SECONDS = 10.0
_log = logging.getLogger(__name__)


class AnchorKeeper:
    """`seen` is the last entry that this process has looked at: an end cut off later than that shows."""

    def __init__(
        self, sessions: sessionmaker[Session], folder: AnchorFolder, delivery: AnchorDelivery, *, clock: Clock
    ) -> None:
        self.folder = folder
        self.seen: Position | None = None
        self._sessions = sessions
        self._delivery = delivery
        self._clock = clock
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="audit anchors", daemon=True)

    def start(self) -> None:
        """Raises OSError when the folder cannot be made: a service that cannot anchor its log does not start."""
        self.folder.prepare()
        self._thread.start()

    def stop(self) -> None:
        """Returns when the last anchor is written."""
        self._is_stopping.set()
        self._thread.join()

    def anchor(self) -> Anchor | None:
        """Signs where the log ends and appends it to the file; None when nothing was added since the last anchor."""
        with self.folder.appending() as lines, self._sessions() as session:
            former = _last_of(lines)
            end = position_of_end(session)
            salt = new_salt(session)
            is_noted = former is not None and last_anchor_noted(session) == (former.number, end.audit_entry_id)
            if is_noted and not salt:
                return None
            anchor = Anchor(
                number=len(lines) + 1,
                audit_entry_id=end.audit_entry_id,
                entry_count=count_entries(session),
                head_digest=end.digest,
                anchored_at=self._clock(),
                previous=former.digest() if former else BEGINNING,
            ).sign(self.folder.private_key())
            self.folder.append(anchor.line())
            facts = {"entry_count": anchor.entry_count, "head_digest": anchor.head_digest, **salt}
            record(session, AuditTag.AUDIT_ANCHORED, anchor.number, by=None, now=anchor.anchored_at, **facts)
            session.commit()
        return anchor

    def deliver(self) -> None:
        """Carries what has not arrived elsewhere yet; what does not arrive is tried again with the next anchor."""
        if not self._delivery.is_wanted:
            return
        for line in self.folder.lines():
            anchor = parse_anchor(line)
            if anchor.number <= self.folder.delivered():
                continue
            try:
                self._delivery.deliver(anchor)
            except DeliveryError as error:
                _log.error("%s It is tried again with the next anchor.", error)
                return
            self.folder.note_delivered(anchor.number)

    def _run(self) -> None:
        next_anchor_at = self._clock()
        while not self._is_stopping.is_set():
            self.look()
            if self._clock() >= next_anchor_at:
                next_anchor_at = self._clock() + ANCHOR_EVERY
                self._anchor_and_deliver()
            self._is_stopping.wait(LOOK_EVERY_SECONDS)
        self._anchor_and_deliver()

    def look(self) -> None:
        """Remembers the last entry there is, unless it has seen a later one."""
        with self._sessions() as session:
            try:
                seen = position_of_end(session)
            except SQLAlchemyError as error:
                _log.warning("The end of the audit log could not be read (%s).", error)
                return
        if self.seen is None or seen.audit_entry_id > self.seen.audit_entry_id:
            self.seen = seen

    def _anchor_and_deliver(self) -> None:
        try:
            self.anchor()
            self.deliver()
        except (OSError, ValueError, SQLAlchemyError):
            _log.exception("The audit log could not be anchored: look at %s.", self.folder.path)


def _last_of(lines: Sequence[str]) -> Anchor | None:
    """An unreadable last line counts as none, so that anchoring goes on; verification tells of the line."""
    try:
        return parse_anchor(lines[-1]) if lines else None
    except ValueError:
        return None
