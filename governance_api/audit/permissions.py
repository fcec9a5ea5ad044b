"""Which roles may read the audit log. Nobody may write it."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

ReadsAudit = Annotated[Caller, Depends(Allowed(Role.ADMIN, Role.GUARDIAN))]
