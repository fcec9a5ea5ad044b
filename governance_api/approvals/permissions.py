"""Who may decide approvals; for whom is the reporting line's to say, in `service`.

No other role contains manager.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.roles.service import Role
from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed

DecidesApprovals = Annotated[Caller, Depends(Allowed(Role.MANAGER))]
