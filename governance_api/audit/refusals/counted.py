"""Counts failed sign-ins in a table and tells the audit log of them: the first at once, the others of an hour as one.

Every failure is in exactly one entry's `count`. `TOLD_APART` bounds the entries of an hour: who guesses at more
accounts, or from more addresses, is told of as one without either.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from governance_api.audit.service import AuditTag, NewEntry, record_each
from governance_api.audit.tables import FailedSignIns
from governance_api.database import lock_until_commit
from governance_api.errors import WayIn

INTERVAL = timedelta(hours=1)
TOLD_APART = 100
UNKNOWN = "unknown"
MANY = "many"

#: Makes of an address as much of it as may be told, by what is configured now.
AddressRule = Callable[[Session], Callable[[str], str]]
Key = tuple[WayIn, str, str]


@dataclass(frozen=True, order=True, kw_only=True)
class Failure:
    """What is told apart: the way, the account (its id, or that none was named), and where from."""

    way_in: WayIn
    account: str = UNKNOWN
    address: str = ""


def write_failures(
    session: Session, counts: Mapping[Failure, int], *, address_rule: AddressRule, now: datetime
) -> None:
    """Adds to the counts and to the log, in the caller's transaction; as many queries for a thousand as for one."""
    lock_until_commit(session, "failed sign-ins")
    tell_rest(session, now=now)
    tell = address_rule(session)
    told: Counter[Key] = Counter()
    for failure, count in counts.items():
        told[failure.way_in, failure.account, tell(failure.address)] += count
    rows = {_key_of(row): row for row in session.scalars(select(FailedSignIns))}
    new = []
    for key, count in sorted(told.items()):
        row = _row_of(rows, key, now=now)
        if row.failed_count == 0:
            new.append(row)
        row.failed_count += count
        row.last_at = max(row.last_at, now)
    session.add_all(new)
    _tell(session, new, now=now)


def tell_rest(session: Session, *, now: datetime) -> None:
    """Of intervals that are over: how many there were after those that were told at once."""
    over = delete(FailedSignIns).where(FailedSignIns.first_at <= now - INTERVAL).returning(FailedSignIns)
    rows = session.scalars(over.execution_options(synchronize_session=False)).all()
    for row in rows:
        session.expunge(row)
    _tell(session, [row for row in rows if row.failed_count > row.told_count], now=now)


def has_rest(session: Session, *, now: datetime) -> bool:
    """Whether an interval is over; changes nothing and waits for nobody."""
    return bool(session.scalar(select(func.count()).where(FailedSignIns.first_at <= now - INTERVAL)))


def _row_of(rows: dict[Key, FailedSignIns], key: Key, *, now: datetime) -> FailedSignIns:
    """The row there is, or a new one; that of many once there are too many."""
    if key not in rows and len(rows) >= TOLD_APART:
        key = (key[0], MANY, "")
    if key not in rows:
        way_in, account, address = key
        rows[key] = FailedSignIns(way_in=way_in, account=account, address=address, first_at=now, last_at=now)
        rows[key].failed_count = rows[key].told_count = 0
    return rows[key]


def _key_of(row: FailedSignIns) -> Key:
    return row.way_in, row.account, row.address


def _tell(session: Session, rows: Sequence[FailedSignIns], *, now: datetime) -> None:
    added = []
    for row in rows:
        facts = {
            "way_in": row.way_in,
            "address": row.address,
            "count": row.failed_count - row.told_count,
            "first_at": row.first_at,
            "last_at": row.last_at,
        }
        row.told_count = row.failed_count
        added.append(NewEntry(tag=AuditTag.SIGN_IN_REFUSED, noun_id=row.account, by=None, facts=facts))
    record_each(session, added, now=now)
