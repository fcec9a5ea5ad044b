"""Registration keys: created for people, found while they are good, used, revoked. Stored as digests."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance_api.agents.errors import (
    RegistrationKeyBoundToNobodyError,
    RegistrationKeyExpiryError,
    RegistrationKeyRefusedError,
    RegistrationKeyUnknownError,
)
from governance_api.agents.schemas import CreatedKeyAnswer, RegistrationKeyCreation
from governance_api.agents.tables import AgentRegistrationKey
from governance_api.audit.service import AuditTag, record
from governance_api.edge.paging import Page
from governance_api.people.service import WorkstationUser, get_people_by_logins, list_by_ids, list_by_team
from governance_api.security.callers import Caller
from governance_api.security.secrets_at_rest import new_token, token_hash

KEY_PREFIX = "tm_key"
DEFAULT_LIFE = timedelta(days=7)
MAX_LIFE = timedelta(days=90)


def create_registration_key(
    session: Session, asked: RegistrationKeyCreation, *, by: Caller, now: datetime
) -> CreatedKeyAnswer:
    """For the people named or for a team; for seven days and as many uses as there are people, unless asked."""
    expires_at = asked.expires_at or now + DEFAULT_LIFE
    if not now < expires_at <= now + MAX_LIFE:
        raise RegistrationKeyExpiryError(MAX_LIFE.days)
    logins = list(dict.fromkeys(asked.workstation_user_logins or ()))
    if bool(logins) == bool(asked.team):
        raise RegistrationKeyBoundToNobodyError
    people = list_by_team(session, asked.team) if asked.team else get_people_by_logins(session, logins)
    if not people:
        raise RegistrationKeyBoundToNobodyError
    key = new_token(KEY_PREFIX)
    stored = AgentRegistrationKey(
        name=asked.name,
        key_hash=token_hash(key),
        workstation_user_ids=None if asked.team else [each.workstation_user_id for each in people],
        team=asked.team or None,
        expires_at=expires_at,
        max_uses=asked.max_uses or len(people),
        use_count=0,
        created_by=by.account_id,
        created_at=now,
    )
    session.add(stored)
    session.flush()
    facts = {"name": asked.name, "team": stored.team, "workstation_user_ids": stored.workstation_user_ids}
    key_id = stored.agent_registration_key_id
    record(
        session,
        AuditTag.REGISTRATION_KEY_CREATED,
        key_id,
        by=by,
        now=now,
        **facts,
        max_uses=stored.max_uses,
        expires_at=expires_at.isoformat(),
    )
    return CreatedKeyAnswer(
        agent_registration_key_id=key_id, registration_key=key, expires_at=expires_at, max_uses=stored.max_uses
    )


def revoke_registration_key(session: Session, key_id: int, *, by: Caller, now: datetime) -> None:
    stored = session.get(AgentRegistrationKey, key_id)
    if stored is None:
        raise RegistrationKeyUnknownError(key_id)
    stored.revoked_at = stored.revoked_at or now
    record(session, AuditTag.REGISTRATION_KEY_REVOKED, key_id, by=by, now=now, name=stored.name)


def list_registration_keys(session: Session, page: Page) -> list[AgentRegistrationKey]:
    key = AgentRegistrationKey.agent_registration_key_id.expression
    return list(session.scalars(page.of(select(AgentRegistrationKey), key)))


def get_good_key(session: Session, registration_key: str, *, now: datetime) -> AgentRegistrationKey:
    """Held until commit, so that its last use is one agent's. Raises RegistrationKeyRefusedError."""
    keys = AgentRegistrationKey
    good = select(keys).where(
        keys.key_hash == token_hash(registration_key),
        keys.revoked_at.is_(None),
        keys.expires_at > now,
        keys.use_count < keys.max_uses,
    )
    key = session.scalar(good.with_for_update())
    if key is None:
        raise RegistrationKeyRefusedError
    return key


def people_of_key(session: Session, key: AgentRegistrationKey) -> list[WorkstationUser]:
    """Those who may be observed now: of a team, as it is now."""
    people = list_by_team(session, key.team) if key.team else list_by_ids(session, key.workstation_user_ids or ())
    return [person for person in people if person.is_active]
