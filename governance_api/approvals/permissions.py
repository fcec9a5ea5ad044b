"""Who may decide approvals, and who may follow them in a project.

A manager decides about those who report to them only: `service` checks that. No other role contains manager.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

DecidesApprovals = Annotated[Caller, Depends(Allowed(Role.MANAGER))]
FollowsApprovals = Annotated[Caller, Depends(Allowed(Role.ANALYST, Role.PIPELINES))]
