"""Roles as they are shown."""

from governance_api.edge.schemas import Answer
from governance_api.security.roles import Role


class RoleAnswer(Answer):
    """A role and the roles it contains."""

    role: Role
    contains: list[Role]
