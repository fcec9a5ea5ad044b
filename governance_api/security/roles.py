"""The roles an account can have, and which roles each of them contains.

Add a role here; then name it in the `permissions.py` of each noun it may use.
"""

from collections.abc import Iterable
from enum import StrEnum


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
    SUPERSET = "superset"
    DAGSTER = "dagster"


#: Of processes of the product: no person has them.
SERVICES = frozenset({Role.PIPELINES, Role.SUPERSET, Role.DAGSTER})

#: Containment is strict: admin ⊃ power user ⊃ analyst. An admin installs agents too; no role contains manager,
#: because a manager is defined by the reporting line, nor guardian, nor those of services, which watch and work apart.
CONTAINS: dict[Role, frozenset[Role]] = {
    Role.ADMIN: frozenset({Role.POWER_USER, Role.ANALYST, Role.AGENT_INSTALLER}),
    Role.POWER_USER: frozenset({Role.ANALYST}),
}


def with_contained(roles: Iterable[Role]) -> frozenset[Role]:
    assigned = frozenset(roles)
    return assigned.union(*(CONTAINS.get(role, frozenset()) for role in assigned))
