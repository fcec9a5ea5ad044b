"""Bodies of /accounts. No answer ever carries a password."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from governance_api.edge.schemas import MAX_WORDS, Answer, Body, Login, Name, Secret
from governance_api.security.roles import Role

Roles = Annotated[list[Role], Field(max_length=MAX_WORDS)]


class AccountCreation(Body):
    """`workstation_user_login` names the workstation user who this account is, if any.

    Without `password` the account signs in through the identity provider only.
    """

    login: Login
    display_name: Name
    password: Secret | None = None
    roles: Roles = Field(default_factory=list)
    workstation_user_login: Login | None = None


class AccountChange(Body):
    """What is left out stays as it is."""

    display_name: Name | None = None
    password: Secret | None = None
    is_active: bool | None = None
    workstation_user_login: Login | None = None


class RoleAssignment(Body):
    """All roles of the account from now on."""

    roles: Roles


class AccountAnswer(Answer):
    account_id: int
    login: str
    display_name: str
    is_active: bool
    workstation_user_id: int | None
    roles: list[Role]
    created_at: datetime
