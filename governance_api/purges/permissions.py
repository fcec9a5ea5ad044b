"""Who reports purges (the pipelines) and who reads the reports."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

ReportsPurges = Annotated[Caller, Depends(Allowed(Role.PIPELINES))]
ReadsPurges = Annotated[Caller, Depends(Allowed(Role.ADMIN, Role.GUARDIAN, Role.PIPELINES))]
