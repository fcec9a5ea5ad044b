"""What roles there are, what they contain, and who was assigned which.

What a role may do is declared by each noun's `permissions.py`.
"""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance_api.roles.tables import AccountRole


class Role(StrEnum):
    """Grammar: what a person is called in this role. A person can hold several."""

    ADMIN = "admin"
    POWER_USER = "power_user"
    ANALYST = "analyst"
    MANAGER = "manager"
    WORKSTATION_USER = "workstation_user"
    AGENT_INSTALLER = "agent_installer"
    STAKEHOLDER = "stakeholder"
    GUARDIAN = "guardian"
    PIPELINES = "pipelines"


#: Containment is strict: admin ⊃ power user ⊃ analyst. An admin installs agents too; no role contains manager,
#: because a manager is defined by the reporting line, nor guardian or pipelines, which watch and work apart.
CONTAINS: dict[Role, frozenset[Role]] = {
    Role.ADMIN: frozenset({Role.POWER_USER, Role.ANALYST, Role.AGENT_INSTALLER}),
    Role.POWER_USER: frozenset({Role.ANALYST}),
}


def with_contained(roles: Iterable[Role]) -> frozenset[Role]:
    assigned = frozenset(roles)
    return assigned.union(*(CONTAINS.get(role, frozenset()) for role in assigned))


def list_roles(session: Session, account_id: int) -> list[Role]:
    """Those assigned, in the order of the enum."""
    stored = set(session.scalars(select(AccountRole.role).where(AccountRole.account_id == account_id)))
    return [role for role in Role if role in stored]


def list_account_ids(session: Session, role: Role) -> list[int]:
    return list(session.scalars(select(AccountRole.account_id).where(AccountRole.role == role)))


def replace_roles(session: Session, account_id: int, roles: Iterable[Role]) -> None:
    session.execute(delete(AccountRole).where(AccountRole.account_id == account_id))
    session.add_all(AccountRole(account_id=account_id, role=role.value) for role in frozenset(roles))
    session.flush()
