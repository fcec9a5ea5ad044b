"""Which roles may manage workstation users and which may read them, to name them in projects and requests."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

ManagesWorkstationUsers = Annotated[Caller, Depends(Allowed(Role.ADMIN))]
ReadsWorkstationUsers = Annotated[Caller, Depends(Allowed(Role.ANALYST))]
