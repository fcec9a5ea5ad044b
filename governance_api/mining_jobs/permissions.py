"""Which roles may request, follow and move mining jobs. Only the pipelines move a job."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

RequestsMiningJobs = Annotated[Caller, Depends(Allowed(Role.ANALYST))]
FollowsMiningJobs = Annotated[Caller, Depends(Allowed(Role.ANALYST, Role.PIPELINES))]
MovesMiningJobs = Annotated[Caller, Depends(Allowed(Role.PIPELINES))]
