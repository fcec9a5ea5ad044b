"""Finds workstation users and describes them with their managers.

As many queries for a thousand people as for one.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance_api.accounts.service import callers_by_id, logins_of
from governance_api.edge.paging import Page
from governance_api.people.errors import (
    WorkstationUserUnknownError,
)
from governance_api.people.schemas import WorkstationUserAnswer
from governance_api.people.tables import WorkstationUser
from governance_api.security.callers import Caller
from governance_api.security.logins import login_key
from governance_api.security.roles import Role


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
    return session.scalar(select(WorkstationUser).where(WorkstationUser.login_key == login_key(login)))


def find_people_by_logins(session: Session, logins: Iterable[str]) -> dict[str, WorkstationUser]:
    """Those who are registered, by the key of their login, in one query."""
    keys = {login_key(login) for login in logins}
    people = session.scalars(select(WorkstationUser).where(WorkstationUser.login_key.in_(keys)))
    return {person.login_key: person for person in people}


def get_people_by_logins(session: Session, logins: Sequence[str]) -> list[WorkstationUser]:
    """Each once, in the order of the logins, in one query. Raises WorkstationUserUnknownError for the first unknown."""
    named: dict[str, str] = {}
    for login in logins:
        named.setdefault(login_key(login), login)
    found = find_people_by_logins(session, named.values())
    for key, login in named.items():
        if key not in found:
            raise WorkstationUserUnknownError(login)
    return [found[key] for key in named]


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
    return caller.workstation_user_id == person.workstation_user_id or login_key(caller.login) == person.login_key


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


def list_by_team(session: Session, team: str) -> list[WorkstationUser]:
    """Those who are observed; a team is what is registered as such, to the letter."""
    people = select(WorkstationUser).where(WorkstationUser.team == team, WorkstationUser.is_active)
    return list(session.scalars(people.order_by(WorkstationUser.workstation_user_id)))


def list_by_ids(session: Session, workstation_user_ids: Iterable[int]) -> list[WorkstationUser]:
    people = select(WorkstationUser).where(WorkstationUser.workstation_user_id.in_(list(workstation_user_ids)))
    return list(session.scalars(people.order_by(WorkstationUser.workstation_user_id)))
