"""Reads and replaces the roles assigned to accounts."""

from collections.abc import Collection, Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance_api.roles.tables import AccountRole
from governance_api.security.roles import Role


def list_roles(session: Session, account_id: int) -> list[Role]:
    """Those assigned, in the order of the enum."""
    return roles_of(session, [account_id])[account_id]


def roles_of(session: Session, account_ids: Collection[int]) -> dict[int, list[Role]]:
    """account id → its assigned roles in the order of the enum, for all of these accounts in one query.

    Roles that only a newer release knows come last, and allow nothing.
    """
    statement = select(AccountRole.account_id, AccountRole.role).where(AccountRole.account_id.in_(account_ids))
    stored: dict[int, list[Role]] = {each: [] for each in account_ids}
    for account_id, role in session.execute(statement):
        stored[account_id].append(role)
    order = {role: place for place, role in enumerate(Role)}
    return {each: sorted(roles, key=lambda role: (order.get(role, len(order)), role)) for each, roles in stored.items()}


def list_account_ids(session: Session, role: Role) -> list[int]:
    return list(session.scalars(select(AccountRole.account_id).where(AccountRole.role == role)))


def replace_roles(session: Session, account_id: int, roles: Iterable[Role]) -> None:
    session.execute(delete(AccountRole).where(AccountRole.account_id == account_id))
    session.add_all(AccountRole(account_id=account_id, role=role) for role in frozenset(roles))
    session.flush()
