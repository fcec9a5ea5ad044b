"""Who may report and who may read losses. Readers see totals only, never whose events were lost."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed, AnyAgent
from governance_api.security.roles import Role

ReportsLosses = AnyAgent
SetsEventsAside = Annotated[Caller, Depends(Allowed(Role.PIPELINES))]
ReadsLosses = Annotated[Caller, Depends(Allowed(Role.POWER_USER, Role.GUARDIAN, Role.PIPELINES))]
