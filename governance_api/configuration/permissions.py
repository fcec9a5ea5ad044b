"""Which roles may read and which may change the configuration."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

ReadsConfiguration = Annotated[Caller, Depends(Allowed(Role.ANALYST, Role.GUARDIAN, Role.PIPELINES))]
ChangesConfiguration = Annotated[Caller, Depends(Allowed(Role.POWER_USER))]
