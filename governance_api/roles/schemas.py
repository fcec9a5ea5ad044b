"""Roles as they are shown.

Assigning them belongs to `accounts`.
"""

from governance_api.roles.service import Role
from governance_api.schemas import Answer


class RoleAnswer(Answer):
    """A role and the roles it contains."""

    role: Role
    contains: list[Role]
