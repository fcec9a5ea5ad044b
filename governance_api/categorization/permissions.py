"""Which roles may read, try and save categorization rules."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

ReadsRuleSets = Annotated[Caller, Depends(Allowed(Role.ANALYST, Role.GUARDIAN, Role.PIPELINES))]
WritesRuleSets = Annotated[Caller, Depends(Allowed(Role.POWER_USER))]
