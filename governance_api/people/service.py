"""Registers and changes workstation users, and checks who may be a manager; lists and lookups are in `reading`."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from governance_api.accounts.service import AccountAnswer, list_accounts_by_logins
from governance_api.audit.service import AuditTag, record
from governance_api.people.errors import (
    ManagerUnfitError,
    TimeZoneUnknownError,
    WorkstationLoginTakenError,
)
from governance_api.people.reading import (
    describe_workstation_user,
    find_people_by_logins,
    find_workstation_user,
    get_people_by_logins,
    get_workstation_user,
    get_workstation_user_by_login,
    get_workstation_user_id,
    is_same_person,
    list_by_ids,
    list_by_team,
    list_reports,
    list_unanswered,
    list_workstation_users,
)
from governance_api.people.schemas import WorkstationUserAnswer
from governance_api.people.tables import WorkstationUser
from governance_api.people.time_zones import end_time_zones, time_zones_of
from governance_api.security.callers import Caller
from governance_api.security.logins import login_key
from governance_api.security.roles import Role

__all__ = [
    "Registration",
    "WorkstationUser",
    "change_workstation_user",
    "create_workstation_user",
    "find_people_by_logins",
    "find_workstation_user",
    "get_people_by_logins",
    "get_workstation_user",
    "get_workstation_user_by_login",
    "get_workstation_user_id",
    "is_same_person",
    "keep_time_zones",
    "list_by_ids",
    "list_by_team",
    "list_reports",
    "list_unanswered",
    "list_workstation_users",
    "managers_of",
    "time_zones_of",
    "write_registration",
]


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What is known about a person at the workstation."""

    login: str
    display_name: str
    time_zone: str
    team: str = ""
    manager_login: str | None = None


def create_workstation_user(
    session: Session, registration: Registration, *, by: Caller, now: datetime
) -> WorkstationUserAnswer:
    if find_workstation_user(session, registration.login):
        raise WorkstationLoginTakenError(registration.login)
    person = WorkstationUser(login=registration.login)
    write_registration(person, registration, managers=managers_of(session, [registration]))
    session.add(person)
    session.flush()
    facts = asdict(registration)
    record(session, AuditTag.WORKSTATION_USER_CREATED, person.workstation_user_id, by=by, now=now, **facts)
    return describe_workstation_user(session, person)


def change_workstation_user(
    session: Session,
    workstation_user_id: int,
    changes: dict[str, str | None],
    *,
    is_active: bool | None = None,
    by: Caller,
    now: datetime,
) -> WorkstationUserAnswer:
    """`changes` holds fields of Registration other than the login; what is not in it stays as it is."""
    person = get_workstation_user(session, workstation_user_id)
    former = describe_workstation_user(session, person)
    known = {name: getattr(former, name) for name in ("display_name", "time_zone", "team", "manager_login")}
    registration = Registration(**{"login": person.login, **known, **changes})
    managers = managers_of(session, [registration])
    keep_time_zones(session, [(person, registration)], now=now)
    write_registration(person, registration, managers=managers)
    if is_active is not None:
        person.is_active = is_active
        changes = {**changes, "is_active": str(is_active).lower()}
    record(session, AuditTag.WORKSTATION_USER_CHANGED, workstation_user_id, by=by, now=now, **changes)
    return describe_workstation_user(session, person)


def managers_of(session: Session, registrations: Iterable[Registration]) -> dict[str, AccountAnswer]:
    """The accounts that are named as managers, by the key of their login; as many queries for many as for one."""
    named = {each.manager_login for each in registrations if each.manager_login}
    return {login_key(account.login): account for account in list_accounts_by_logins(session, named)}


def keep_time_zones(
    session: Session, registrations: Iterable[tuple[WorkstationUser, Registration]], *, now: datetime
) -> None:
    """Before registrations of known people are written: the days that have begun keep the zone they have."""
    moved = [person for person, registration in registrations if person.time_zone != registration.time_zone]
    end_time_zones(session, moved, now=now)


def write_registration(
    person: WorkstationUser, registration: Registration, *, managers: Mapping[str, AccountAnswer]
) -> bool:
    """Checks and sets every field; says whether anything differs from before. `managers` are those of `managers_of`.

    Of somebody known, `keep_time_zones` comes before.
    """
    if registration.time_zone not in _time_zones():
        raise TimeZoneUnknownError(registration.time_zone)
    values: dict[str, object] = {
        "display_name": registration.display_name,
        "time_zone": registration.time_zone,
        "team": registration.team,
        "manager_account_id": _manager_account_id(registration, managers),
    }
    is_different = any(getattr(person, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(person, name, value)
    return is_different


def _manager_account_id(registration: Registration, managers: Mapping[str, AccountAnswer]) -> int | None:
    login = registration.manager_login
    if not login:
        return None
    manager = managers.get(login_key(login))
    if manager is None:
        raise ManagerUnfitError(login, "no account has that login", "create it with POST /accounts first")
    if login_key(login) == login_key(registration.login):
        raise ManagerUnfitError(login, "nobody answers for themselves", "name somebody else")
    if Role.MANAGER not in manager.roles:
        raise ManagerUnfitError(login, "the account lacks the role manager", "have an admin assign it first")
    return manager.account_id


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())
