"""Keeps batch receipts in PostgreSQL, with sessions, landings and losses: one short transaction per group.

Events are never here; they stand in the landing files.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Engine, text

from domain.event_batches import from_microseconds
from domain.losses import LossReason
from governance_api.ingestion.deliveries import BatchName, Delivery
from governance_api.ingestion.gate import Refusal
from governance_api.ingestion.landing.files import LandedFile
from governance_api.ingestion.senders import Sender
from governance_api.ingestion.task_marks import add_task_marks

_LAST_US = 253_402_300_799_000_000  # the end of the year 9999, after which no timestamp can be told

_RECEIPTS = text("""
select agent_id, batch_key, sent, refused, content_hash
from governance.batch_receipts
where (agent_id, batch_key) in (select * from unnest(cast(:agents as integer[]), cast(:keys as text[])))
""")
_OWNERS = text("select session_key, agent_id from governance.agent_sessions where session_key = any(:keys)")
_ADD_SESSIONS = text("""
insert into governance.agent_sessions
    (session_key, session_id, agent_id, workstation_user_id, host, time_zone, agent_version)
select * from unnest(
    cast(:keys as bigint[]), cast(:ids as uuid[]), cast(:agents as integer[]), cast(:people as integer[]),
    cast(:hosts as text[]), cast(:zones as text[]), cast(:versions as text[])
)
on conflict (session_key) do nothing
""")
_ADD_LANDING = text("""
insert into governance.landings (file_name, event_count, first_occurred_at, last_occurred_at)
values (:name, :event_count, :first_at, :last_at)
returning landing_id
""")
_ADD_RECEIPTS = text("""
insert into governance.batch_receipts
    (agent_id, batch_key, session_key, sent, accepted, duplicate, refused, landing_id, received_at, content_hash)
select
    agent_id, batch_key, session_key, sent, accepted, 0, cast(refused as jsonb), landing_id, received_at, content_hash
from unnest(
    cast(:agents as integer[]), cast(:keys as text[]), cast(:sessions as bigint[]), cast(:sent as integer[]),
    cast(:accepted as integer[]), cast(:refused as text[]), cast(:landings as bigint[]),
    cast(:received as timestamptz[]), cast(:hashes as bytea[])
) as new (agent_id, batch_key, session_key, sent, accepted, refused, landing_id, received_at, content_hash)
order by agent_id, batch_key
on conflict (agent_id, batch_key) do nothing
returning agent_id, batch_key
""")
_ADD_LOSSES = text("""
insert into governance.losses
    (agent_id, workstation_user_id, reason, event_count, first_at, last_at, reported_by, report_key)
values (:agent_id, :workstation_user_id, :reason, :event_count, :first_at, :last_at, 'ingestion', :report_key)
on conflict (agent_id, report_key, reason) do nothing
""")
_SEEN = text("""
update governance.agents set last_seen_at = :now
where agent_id in (
    select agent_id from governance.agents where agent_id = any(:agents) order by agent_id
    for no key update skip locked
)
""")


@dataclass(frozen=True, slots=True)
class KnownReceipt:
    """What a batch was receipted with."""

    sent: int
    refused: dict[str, int]
    content_hash: bytes | None
    """None in receipts older than the column: then only the number of events tells batches apart."""

    def is_of(self, delivery: Delivery) -> bool:
        if self.content_hash is None:
            return self.sent == delivery.sent
        return self.content_hash == delivery.content_hash


class Receipts:
    """Every method is one transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find_receipts(self, names: Iterable[BatchName]) -> dict[BatchName, KnownReceipt]:
        """Those of the named batches that are durable and receipted."""
        agents, keys = zip(*names, strict=True)
        with self._engine.connect() as connection:
            rows = connection.execute(_RECEIPTS, {"agents": list(agents), "keys": list(keys)})
            return {
                (row.agent_id, row.batch_key): KnownReceipt(row.sent, row.refused, row.content_hash) for row in rows
            }

    def find_session_owners(self, session_keys: Iterable[int]) -> dict[int, int]:
        """The agent of each session that is known."""
        with self._engine.connect() as connection:
            rows = connection.execute(_OWNERS, {"keys": list(session_keys)})
            return {row.session_key: row.agent_id for row in rows}

    def write_group(
        self, deliveries: Sequence[Delivery], landed: LandedFile | None, *, new_sessions: set[int], seen: set[int]
    ) -> set[BatchName]:
        """All or nothing; returns the batches receipted by this call. Another process was faster with the others."""
        with self._engine.begin() as connection:
            _add_sessions(connection, [d for d in deliveries if d.session_key in new_sessions])
            landing_id = _add_landing(connection, landed) if landed else None
            written = _add_receipts(connection, deliveries, landing_id)
            _add_losses(connection, [d for d in deliveries if d.refusals and d.name in written])
            add_task_marks(connection, [d for d in deliveries if d.name in written])
            if seen:
                now = from_microseconds(max(delivery.received_at_us for delivery in deliveries))
                connection.execute(_SEEN, {"agents": sorted(seen), "now": now})
        return written

    def record_unreadable(self, sender: Sender, reason: LossReason, *, report_key: str, now_us: int) -> None:
        """A body that could not be read counts as one event, however often it comes: nobody knows how many it held."""
        loss = _loss(sender, Refusal(reason, 1, now_us, now_us), report_key)
        with self._engine.begin() as connection:
            connection.execute(_ADD_LOSSES, [loss])


def _add_sessions(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    first = {delivery.session_key: delivery for delivery in reversed(deliveries)}
    if not first:
        return
    several = [first[key] for key in sorted(first)]
    sessions = [delivery.batch.session for delivery in several]
    values = {
        "keys": [delivery.session_key for delivery in several],
        "ids": [session.session_id for session in sessions],
        "agents": [delivery.sender.agent_id for delivery in several],
        "people": [delivery.sender.workstation_user_id for delivery in several],
        "hosts": [session.host for session in sessions],
        "zones": [session.time_zone for session in sessions],
        "versions": [session.agent_version for session in sessions],
    }
    connection.execute(_ADD_SESSIONS, values)


def _add_landing(connection: Connection, landed: LandedFile) -> int:
    values = {
        "name": landed.name,
        "event_count": landed.event_count,
        "first_at": _instant(landed.first_occurred_at_us),
        "last_at": _instant(landed.last_occurred_at_us),
    }
    return int(connection.execute(_ADD_LANDING, values).scalar_one())


def _add_receipts(connection: Connection, deliveries: Sequence[Delivery], landing_id: int | None) -> set[BatchName]:
    values = {
        "agents": [delivery.sender.agent_id for delivery in deliveries],
        "keys": [delivery.batch.batch_key for delivery in deliveries],
        "sessions": [delivery.session_key for delivery in deliveries],
        "sent": [delivery.sent for delivery in deliveries],
        "accepted": [len(delivery.events) for delivery in deliveries],
        "refused": [msgspec.json.encode(delivery.refused).decode() for delivery in deliveries],
        "landings": [landing_id if len(delivery.events) else None for delivery in deliveries],
        "received": [from_microseconds(delivery.received_at_us) for delivery in deliveries],
        "hashes": [delivery.content_hash for delivery in deliveries],
    }
    return {(row.agent_id, row.batch_key) for row in connection.execute(_ADD_RECEIPTS, values)}


def _add_losses(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    losses = [
        _loss(delivery.sender, refusal, f"batch:{delivery.batch.batch_key}")
        for delivery in deliveries
        for refusal in delivery.refusals
    ]
    if losses:
        connection.execute(_ADD_LOSSES, losses)


def _loss(sender: Sender, refusal: Refusal, report_key: str) -> dict[str, object]:
    return {
        "agent_id": sender.agent_id,
        "workstation_user_id": sender.workstation_user_id,
        "reason": str(refusal.reason),
        "event_count": refusal.event_count,
        "first_at": _instant(refusal.first_at_us),
        "last_at": _instant(refusal.last_at_us),
        "report_key": report_key,
    }


def _instant(microseconds: int) -> datetime:
    return from_microseconds(min(max(microseconds, 0), _LAST_US))
