"""Who may read the audit log.

Nobody may write it.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.callers import Caller
from governance_api.permissions import Allowed
from governance_api.roles.service import Role

ReadsAudit = Annotated[Caller, Depends(Allowed(Role.ADMIN, Role.GUARDIAN))]
