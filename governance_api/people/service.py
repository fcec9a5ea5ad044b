"""Registers and finds workstation users, and decides who answers for them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance_api.accounts.service import callers_by_id, find_account, logins_of
from governance_api.audit.service import AuditTag, record
from governance_api.edge.paging import Page
from governance_api.people.errors import (
    ManagerUnfitError,
    TimeZoneUnknownError,
    WorkstationLoginTakenError,
    WorkstationUserUnknownError,
)
from governance_api.people.schemas import WorkstationUserAnswer
from governance_api.people.tables import WorkstationUser
from governance_api.people.time_zones import change_time_zone, time_zone_of
from governance_api.roles.service import list_roles
from governance_api.security.callers import Caller
from governance_api.security.roles import Role

__all__ = [
    "Registration",
    "WorkstationUser",
    "find_workstation_user",
    "get_workstation_user",
    "is_same_person",
    "time_zone_of",
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
    write_registration(session, person, registration, now=now)
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
    write_registration(session, person, Registration(**{"login": person.login, **known, **changes}), now=now)
    if is_active is not None:
        person.is_active = is_active
        changes = {**changes, "is_active": str(is_active).lower()}
    record(session, AuditTag.WORKSTATION_USER_CHANGED, workstation_user_id, by=by, now=now, **changes)
    return describe_workstation_user(session, person)


def write_registration(session: Session, person: WorkstationUser, registration: Registration, *, now: datetime) -> bool:
    """Checks and sets every field; says whether anything differs from before."""
    if registration.time_zone not in _time_zones():
        raise TimeZoneUnknownError(registration.time_zone)
    values: dict[str, object] = {
        "display_name": registration.display_name,
        "time_zone": registration.time_zone,
        "team": registration.team,
        "manager_account_id": _manager_account_id(session, registration),
    }
    is_different = any(getattr(person, name) != value for name, value in values.items())
    if person.workstation_user_id is not None and person.time_zone != registration.time_zone:
        change_time_zone(session, person, registration.time_zone, now=now)
    for name, value in values.items():
        setattr(person, name, value)
    return is_different


def _manager_account_id(session: Session, registration: Registration) -> int | None:
    login = registration.manager_login
    if not login:
        return None
    manager = find_account(session, login)
    if manager is None:
        raise ManagerUnfitError(login, "no account has that login", "create it with POST /accounts first")
    if login.lower() == registration.login.lower():
        raise ManagerUnfitError(login, "nobody answers for themselves", "name somebody else")
    if Role.MANAGER not in list_roles(session, manager.account_id):
        raise ManagerUnfitError(login, "the account lacks the role manager", "have an admin assign it first")
    return manager.account_id


def describe_workstation_user(session: Session, person: WorkstationUser) -> WorkstationUserAnswer:
    return describe_workstation_users(session, [person])[0]


def describe_workstation_users(session: Session, people: Sequence[WorkstationUser]) -> list[WorkstationUserAnswer]:
    """With the logins of their managers; one query for any number of people."""
    managers = logins_of(session, {each.manager_account_id for each in people if each.manager_account_id is not None})
    return [
        WorkstationUserAnswer(
            workstation_user_id=person.workstation_user_id,
            login=person.login,
            display_name=person.display_name,
            time_zone=person.time_zone,
            team=person.team,
            manager_login=None if person.manager_account_id is None else managers[person.manager_account_id],
            is_active=person.is_active,
            created_at=person.created_at,
        )
        for person in people
    ]


def list_workstation_users(session: Session, page: Page) -> list[WorkstationUserAnswer]:
    statement = page.of(select(WorkstationUser), WorkstationUser.workstation_user_id.expression)
    return describe_workstation_users(session, session.scalars(statement).all())


def find_workstation_user(session: Session, login: str) -> WorkstationUser | None:
    return session.scalar(select(WorkstationUser).where(func.lower(WorkstationUser.login) == login.lower()))


def get_people_by_logins(session: Session, logins: Sequence[str]) -> list[WorkstationUser]:
    """In the order of the logins, in one query. Raises WorkstationUserUnknownError for the first that is unknown."""
    known = func.lower(WorkstationUser.login)
    people = session.scalars(select(WorkstationUser).where(known.in_({login.lower() for login in logins})))
    found = {person.login.lower(): person for person in people}
    for login in logins:
        if login.lower() not in found:
            raise WorkstationUserUnknownError(login)
    return [found[login.lower()] for login in logins]


def get_workstation_user_by_login(session: Session, login: str) -> WorkstationUser:
    person = find_workstation_user(session, login)
    if person is None:
        raise WorkstationUserUnknownError(login)
    return person


def get_workstation_user_id(session: Session, login: str) -> int:
    return get_workstation_user_by_login(session, login).workstation_user_id


def get_workstation_user(session: Session, workstation_user_id: int) -> WorkstationUser:
    person = session.get(WorkstationUser, workstation_user_id)
    if person is None:
        raise WorkstationUserUnknownError(workstation_user_id)
    return person


def is_same_person(caller: Caller, person: WorkstationUser) -> bool:
    """Whether an account is this workstation user: linked to them, or of the same login."""
    return caller.workstation_user_id == person.workstation_user_id or caller.login.lower() == person.login.lower()


def list_unanswered(session: Session, people: Sequence[WorkstationUser]) -> list[WorkstationUser]:
    """Those without a manager who can sign in, may decide, and is not the person."""
    managers = callers_by_id(session, {each.manager_account_id for each in people if each.manager_account_id})

    def is_answered_for(person: WorkstationUser) -> bool:
        manager = managers.get(person.manager_account_id or 0)
        return manager is not None and manager.has(Role.MANAGER) and not is_same_person(manager, person)

    return [person for person in people if not is_answered_for(person)]


def list_reports(session: Session, account_id: int) -> list[WorkstationUser]:
    """Those whose manager this account is."""
    reports = select(WorkstationUser).where(WorkstationUser.manager_account_id == account_id)
    return list(session.scalars(reports.order_by(WorkstationUser.workstation_user_id)))


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def list_by_ids(session: Session, workstation_user_ids: Iterable[int]) -> list[WorkstationUser]:
    people = select(WorkstationUser).where(WorkstationUser.workstation_user_id.in_(list(workstation_user_ids)))
    return list(session.scalars(people.order_by(WorkstationUser.workstation_user_id)))
