"""Who may say whose an account of an operating system is: those who install agents."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

MapsAccounts = Annotated[Caller, Depends(Allowed(Role.AGENT_INSTALLER))]
