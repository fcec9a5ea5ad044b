"""Who may report and who may read losses.

Totals only: whose events were lost is nobody's business here.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed, AnyAgent
from governance_api.security.roles import Role

ReportsLosses = AnyAgent
ReadsLosses = Annotated[Caller, Depends(Allowed(Role.POWER_USER, Role.GUARDIAN, Role.PIPELINES))]
