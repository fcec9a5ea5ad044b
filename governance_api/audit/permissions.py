"""Who may read the audit log.

Nobody may write it.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.roles.service import Role
from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed

ReadsAudit = Annotated[Caller, Depends(Allowed(Role.ADMIN, Role.GUARDIAN))]
