"""Opens sessions, recognises who calls by them, lists and ends them."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from governance_api.accounts.service import find_caller
from governance_api.audit.service import AuditTag, NewEntry, record, record_each
from governance_api.configuration.service import Group, get_value
from governance_api.edge.paging import Page
from governance_api.errors import WayIn
from governance_api.security.addresses import AddressDetail, told
from governance_api.security.callers import Caller
from governance_api.security.secrets_at_rest import new_token, token_hash
from governance_api.tokens.errors import SessionUnknownError, TokenUnknownError
from governance_api.tokens.schemas import CurrentSessionAnswer, SessionAnswer, TokenAnswer
from governance_api.tokens.tables import AccessToken, SessionKind

PREFIXES = {
    SessionKind.TOKEN: "tm_account",
    SessionKind.BROWSER: "tm_browser",
    SessionKind.SERVICE: "tm_service",
}
#: Use is written down at most this often, so that reading does not become writing.
USE_EVERY = timedelta(minutes=1)
#: For so long whoever still shows a session that has ended is no failed sign-in.
KEPT_AFTER_END = timedelta(days=30)
GOOD_FOR_SECONDS = 5
MAX_CLIENT = 200


def open_session(
    session: Session, account_id: int, *, kind: SessionKind, address: str, client: str, now: datetime
) -> TokenAnswer:
    """The account has proved who it is. Sessions that have ended are swept up on the way."""
    _end(session, AccessToken.expires_at <= now, now=now)
    session.execute(delete(AccessToken).where(AccessToken.ended_at <= now - KEPT_AFTER_END))
    token = new_token(PREFIXES[kind])
    expires_at = now + timedelta(hours=get_value(session, Group.SIGN_IN, "session_hours"))
    opened = AccessToken(
        account_id=account_id,
        token_hash=token_hash(token),
        kind=kind,
        created_at=now,
        last_used_at=now,
        expires_at=expires_at,
        address=address,
        client=client[:MAX_CLIENT],
    )
    session.add(opened)
    session.flush()
    caller = find_caller(session, account_id)
    facts = {"expires_at": expires_at, "kind": kind, "address": told_address(session, address)}
    record(session, AuditTag.TOKEN_ISSUED, opened.access_token_id, by=caller, now=now, **facts)
    return TokenAnswer(access_token=token, expires_at=expires_at)


def told_address(session: Session, address: str) -> str:
    """As much of it as the configuration lets the audit log keep."""
    return address_rule(session)(address)


def address_rule(session: Session) -> Callable[[str], str]:
    """What `told_address` makes of many."""
    return partial(told, detail=AddressDetail(get_value(session, Group.SIGN_IN, "address_in_audit_log")))


def recognise(session: Session, token: str, *, kinds: Collection[SessionKind], now: datetime) -> Caller:
    """Raises TokenUnknownError, which does not say why. That a session has ended is no failed sign-in."""
    found = session.scalar(select(AccessToken).where(AccessToken.token_hash == token_hash(token)))
    if found is None or found.kind not in kinds:
        way_in = WayIn.BROWSER_SESSION if SessionKind.BROWSER in kinds else WayIn.TOKEN
        raise TokenUnknownError(way_in if token else None, account_id=found.account_id if found else None)
    if _has_ended(session, found, now=now):
        raise TokenUnknownError
    caller = find_caller(session, found.account_id, access_token_id=found.access_token_id)
    if caller is None:
        raise TokenUnknownError
    if found.last_used_at <= now - USE_EVERY:
        _note_use(session, found, now=now)
    return caller


def describe_session(session: Session, caller: Caller) -> CurrentSessionAnswer:
    current = session.get_one(AccessToken, caller.access_token_id)
    return CurrentSessionAnswer(
        access_token_id=current.access_token_id,
        account_id=caller.account_id,
        login=caller.login,
        display_name=caller.display_name,
        roles=sorted(caller.roles),
        expires_at=current.expires_at,
        good_for_seconds=GOOD_FOR_SECONDS,
    )


def list_sessions(
    session: Session, account_id: int, page: Page, *, caller: Caller, now: datetime
) -> list[SessionAnswer]:
    """Those of an account that have not ended."""
    idle_since = now - _idle_time(session)
    open_now = select(AccessToken).where(
        AccessToken.account_id == account_id,
        AccessToken.ended_at.is_(None),
        or_(
            AccessToken.kind == SessionKind.SERVICE,
            (AccessToken.expires_at > now) & (AccessToken.last_used_at > idle_since),
        ),
    )
    names = ("access_token_id", "kind", "created_at", "last_used_at", "expires_at", "address", "client")
    return [
        SessionAnswer(
            **{name: getattr(each, name) for name in names},
            is_current=each.access_token_id == caller.access_token_id,
        )
        for each in session.scalars(page.of(open_now, AccessToken.access_token_id.expression))
    ]


def end_session(
    session: Session, access_token_id: int, *, of_account_id: int | None, by: Caller, now: datetime
) -> None:
    """Raises SessionUnknownError when there is none, or it is of an account other than `of_account_id`."""
    which = [AccessToken.access_token_id == access_token_id]
    if of_account_id is not None:
        which.append(AccessToken.account_id == of_account_id)
    ended = _end(session, *which, now=now)
    if not ended:
        raise SessionUnknownError(access_token_id)
    record(session, AuditTag.TOKEN_REVOKED, access_token_id, by=by, now=now, account_id=ended[access_token_id])


def end_other_sessions(session: Session, caller: Caller, *, now: datetime) -> int:
    """All sessions of the account but the one it asks with. How many they were."""
    others = (AccessToken.account_id == caller.account_id, AccessToken.access_token_id != caller.access_token_id)
    ended = _end(session, *others, now=now)
    facts = {"account_id": caller.account_id}
    added = [NewEntry(tag=AuditTag.TOKEN_REVOKED, noun_id=each, by=caller, facts=facts) for each in sorted(ended)]
    record_each(session, added, now=now)
    return len(ended)


def revoke_all_tokens(session: Session, account_id: int, *, now: datetime) -> None:
    """After an admin changed the password or closed the account."""
    _end(session, AccessToken.account_id == account_id, now=now)


def give_service_token(session: Session, account_id: int, token: str, *, now: datetime) -> bool:
    """Makes `token` the only way in to the account, also if it was one before. Whether that changed anything."""
    wanted = token_hash(token)
    present = select(AccessToken.token_hash).where(AccessToken.account_id == account_id, AccessToken.ended_at.is_(None))
    if session.scalars(present).all() == [wanted]:
        return False
    session.execute(delete(AccessToken).where(AccessToken.account_id == account_id))
    given = AccessToken(
        account_id=account_id,
        token_hash=wanted,
        kind=SessionKind.SERVICE,
        created_at=now,
        last_used_at=now,
        expires_at=None,
        address="",
        client="",
    )
    session.add(given)
    session.flush()
    record(session, AuditTag.TOKEN_ISSUED, given.access_token_id, by=None, now=now, kind=given.kind)
    return True


def _end(session: Session, *which: ColumnElement[bool], now: datetime) -> dict[int, int]:
    """Those of these that are open: session's id → account's. From where and with what they were used is forgotten."""
    ended = (
        update(AccessToken).where(AccessToken.ended_at.is_(None), *which).values(ended_at=now, address="", client="")
    )
    rows = session.execute(ended.returning(AccessToken.access_token_id, AccessToken.account_id))
    return {row.access_token_id: row.account_id for row in rows}


def _has_ended(session: Session, found: AccessToken, *, now: datetime) -> bool:
    if found.ended_at is not None:
        return True
    if found.expires_at is None:
        return False
    return found.expires_at <= now or found.last_used_at <= now - _idle_time(session)


def _idle_time(session: Session) -> timedelta:
    return timedelta(minutes=get_value(session, Group.SIGN_IN, "idle_minutes"))


def _note_use(session: Session, found: AccessToken, *, now: datetime) -> None:
    """Never waits: while another request writes the same down, this one need not."""
    free = select(AccessToken.access_token_id).where(AccessToken.access_token_id == found.access_token_id)
    noted = update(AccessToken).where(AccessToken.access_token_id.in_(free.with_for_update(skip_locked=True)))
    session.execute(noted.values(last_used_at=now), execution_options={"synchronize_session": False})
