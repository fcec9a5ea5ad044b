"""Which roles may request, follow and move mining jobs. Only the pipelines move a job."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

REQUESTERS = (Role.ANALYST,)
"""Who may have a project mined, over HTTP or in Dagster."""

RequestsMiningJobs = Annotated[Caller, Depends(Allowed(*REQUESTERS))]
FollowsMiningJobs = Annotated[Caller, Depends(Allowed(Role.ANALYST, Role.PIPELINES))]
#: What people do in Dagster is told by what stands in front of it, with the session of whoever did it.
TellsRunActions = Annotated[Caller, Depends(Allowed(Role.DAGSTER))]
MovesMiningJobs = Annotated[Caller, Depends(Allowed(Role.PIPELINES))]
