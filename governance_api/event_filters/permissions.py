"""Which roles may read and which may change event filters.

Everybody observed sees the active ones through the agent's policy.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

ReadsEventFilters = Annotated[Caller, Depends(Allowed(Role.ANALYST, Role.GUARDIAN, Role.PIPELINES))]
ChangesEventFilters = Annotated[Caller, Depends(Allowed(Role.POWER_USER))]
