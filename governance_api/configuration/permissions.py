"""Who may read and who may change the configuration.

Guardians read all of it and every change of it (`audit`).
"""

from typing import Annotated

from fastapi import Depends

from governance_api.roles.service import Role
from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed

ReadsConfiguration = Annotated[Caller, Depends(Allowed(Role.ANALYST, Role.GUARDIAN, Role.PIPELINES))]
ChangesConfiguration = Annotated[Caller, Depends(Allowed(Role.POWER_USER))]
