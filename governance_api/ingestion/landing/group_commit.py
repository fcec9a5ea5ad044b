"""Makes a group of deliveries durable in this order: contexts, landing file, rows in PostgreSQL, then the receipts.

Used by one thread. Nothing is marked as known before it is durable, so that a failure leaves no mark behind.
"""

import logging
import time
from collections.abc import Sequence

from sqlalchemy.exc import DatabaseError, OperationalError

from domain.contexts import Context
from governance_api.errors import GovernanceError
from governance_api.ingestion.deliveries import Delivery, Outcome, settle
from governance_api.ingestion.errors import (
    BatchKeyReusedError,
    ContextCollisionError,
    ForeignAgentSessionError,
    NotDurableError,
)
from governance_api.ingestion.landing.files import LandedFile, LandingFolders
from governance_api.ingestion.landing.known_contexts import KnownContexts
from governance_api.ingestion.landing.receipts import Receipts

SEEN_EVERY_SECONDS = 10.0
MAX_KNOWN_SESSIONS = 100_000
_log = logging.getLogger(__name__)


class GroupCommit:
    """Owns what one process knows to be durable: contexts, and which agent began which session."""

    def __init__(self, receipts: Receipts, folders: LandingFolders, contexts: KnownContexts | None = None) -> None:
        self._receipts = receipts
        self._folders = folders
        self._contexts = contexts or KnownContexts()
        self._session_owners: dict[int, int] = {}
        self._seen_at: dict[int, float] = {}

    def store(self, group: list[Delivery]) -> None:
        """Answers every delivery of the group; never raises."""
        try:
            new = self._answer_known(group)
        except Exception as error:  # noqa: BLE001 - logged; without its thread every request would wait for ever
            _give_up(group, error)
            return
        if new:
            self._store_new(new)

    def _answer_known(self, group: Sequence[Delivery]) -> list[Delivery]:
        """Answers duplicates and foreign sessions; returns the deliveries that are to be stored."""
        receipts = self._receipts.find_receipts(delivery.name for delivery in group)
        unknown = {delivery.session_key for delivery in group} - self._session_owners.keys()
        if unknown:
            self._remember_owners(self._receipts.find_session_owners(unknown))
        first_users: dict[int, int] = {}
        new: list[Delivery] = []
        answers: list[tuple[Delivery, Outcome]] = []
        for delivery in group:
            agent_id, batch_key = delivery.name
            known = receipts.get(delivery.name)
            owner = self._session_owners.get(delivery.session_key)
            if known and not known.is_of(delivery):
                reused = BatchKeyReusedError(batch_key=batch_key, receipted=known.sent, sent=delivery.sent)
                answers.append((delivery, reused))
            elif known:
                answers.append((delivery, delivery.duplicate_receipt(known.refused)))
            elif (owner or first_users.setdefault(delivery.session_key, agent_id)) != agent_id:
                answers.append((delivery, ForeignAgentSessionError()))
            else:
                new.append(delivery)
        settle(answers)
        return new

    def _store_new(self, deliveries: list[Delivery]) -> None:
        try:
            self._make_durable(deliveries)
        except DatabaseError as error:
            if isinstance(error, OperationalError) or len(deliveries) == 1:
                _give_up(deliveries, error)
            else:  # what the database refuses in one delivery must not take the others with it
                for delivery in deliveries:
                    self._store_new([delivery])
        except Exception as error:  # noqa: BLE001 - logged; without its thread every request would wait for ever
            _give_up(deliveries, error)

    def _make_durable(self, deliveries: Sequence[Delivery]) -> None:
        stored, landed = self._write_files(deliveries)
        if not stored:
            return
        now = time.monotonic()
        agents = {delivery.sender.agent_id for delivery in stored}
        seen = {agent for agent in agents if now - self._seen_at.get(agent, -SEEN_EVERY_SECONDS) >= SEEN_EVERY_SECONDS}
        new_sessions = {delivery.session_key for delivery in stored} - self._session_owners.keys()
        try:
            written = self._receipts.write_group(stored, landed, new_sessions=new_sessions, seen=seen)
        except DatabaseError as error:
            if landed and not isinstance(error, OperationalError):  # refused for certain: nothing was committed
                self._folders.discard(landed)
            raise
        self._remember_owners({d.session_key: d.sender.agent_id for d in stored if d.session_key in new_sessions})
        self._seen_at.update(dict.fromkeys(seen, now))
        settle((delivery, delivery.receipt()) for delivery in stored if delivery.name in written)
        elsewhere = [delivery for delivery in stored if delivery.name not in written]
        if elsewhere:  # another process was faster; its receipts are durable now
            self._answer_known(elsewhere)

    def _write_files(self, deliveries: Sequence[Delivery]) -> tuple[list[Delivery], LandedFile | None]:
        pending: dict[int, Context] = {}
        stored, landing, keys = [], [], []
        self._contexts.keep_only(self._folders.contexts_generation())
        for delivery in deliveries:
            if not len(delivery.events):
                stored.append(delivery)
                continue
            try:
                keys.append(self._contexts.keys_of(delivery.batch, delivery.events, pending))
            except ContextCollisionError as error:
                _log.critical("Batch %r of agent %d: %s", delivery.batch.batch_key, delivery.sender.agent_id, error)
                settle([(delivery, error)])
                continue
            stored.append(delivery)
            landing.append(delivery)
        if pending:
            self._folders.write_contexts(pending)
            self._contexts.remember(pending)
        return stored, self._folders.write_landing(landing, keys) if landing else None

    def _remember_owners(self, owners: dict[int, int]) -> None:
        if len(self._session_owners) + len(owners) > MAX_KNOWN_SESSIONS:
            self._session_owners.clear()
        self._session_owners.update(owners)


def _give_up(deliveries: Sequence[Delivery], error: Exception) -> None:
    refusal = error if isinstance(error, GovernanceError) else NotDurableError()
    _log.error("%d event batches could not be stored.", len(deliveries), exc_info=error)
    settle((delivery, refusal) for delivery in deliveries)
