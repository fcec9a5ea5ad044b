"""Counts failed sign-ins in a table and tells the audit log of them: the first at once, the others of an hour as one.

Every failure is in exactly one entry's `count`. `TOLD_APART` bounds the entries of an hour: who guesses at more
accounts, or from more addresses, is told of as one without either.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from governance_api.audit.service import AuditTag, record
from governance_api.audit.tables import FailedSignIns
from governance_api.database import lock_until_commit
from governance_api.errors import WayIn

INTERVAL = timedelta(hours=1)
TOLD_APART = 100
UNKNOWN = "unknown"
MANY = "many"

#: An address as much of it as may be told.
ToldAddress = Callable[[Session, str], str]


@dataclass(frozen=True, order=True, kw_only=True)
class Failure:
    """What is told apart: the way, the account (its id, or that none was named), and where from."""

    way_in: WayIn
    account: str = UNKNOWN
    address: str = ""


def write_failures(
    session: Session, counts: Mapping[Failure, int], *, told_address: ToldAddress, now: datetime
) -> None:
    """Adds to the counts and to the log, in the caller's transaction."""
    lock_until_commit(session, "failed sign-ins")
    tell_rest(session, now=now)
    for failure, count in sorted(counts.items()):
        row = _row_of(session, failure, told_address(session, failure.address), now=now)
        is_new = row.failed_count == 0
        row.failed_count += count
        row.last_at = max(row.last_at, now)
        if is_new:
            _tell(session, row, now=now)


def tell_rest(session: Session, *, now: datetime) -> None:
    """Of intervals that are over: how many there were after those that were told at once."""
    over = delete(FailedSignIns).where(FailedSignIns.first_at <= now - INTERVAL).returning(FailedSignIns)
    for row in session.scalars(over.execution_options(synchronize_session=False)).all():
        session.expunge(row)
        if row.failed_count > row.told_count:
            _tell(session, row, now=now)


def has_rest(session: Session, *, now: datetime) -> bool:
    """Whether an interval is over; changes nothing and waits for nobody."""
    return bool(session.scalar(select(func.count()).where(FailedSignIns.first_at <= now - INTERVAL)))


def _row_of(session: Session, failure: Failure, address: str, *, now: datetime) -> FailedSignIns:
    key = (failure.way_in, failure.account, address)
    row = session.get(FailedSignIns, key)
    if row is None and (session.scalar(select(func.count()).select_from(FailedSignIns)) or 0) >= TOLD_APART:
        key = (failure.way_in, MANY, "")
        row = session.get(FailedSignIns, key)
    if row is None:
        way_in, account, address = key
        row = FailedSignIns(way_in=way_in, account=account, address=address, first_at=now, last_at=now)
        row.failed_count = row.told_count = 0
        session.add(row)
        session.flush()
    return row


def _tell(session: Session, row: FailedSignIns, *, now: datetime) -> None:
    facts = {
        "way_in": row.way_in,
        "address": row.address,
        "count": row.failed_count - row.told_count,
        "first_at": row.first_at,
        "last_at": row.last_at,
    }
    row.told_count = row.failed_count
    record(session, AuditTag.SIGN_IN_REFUSED, row.account, by=None, now=now, **facts)
