"""Who may do what with workstation users.

Analysts read them to name them in projects and requests.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.callers import Caller
from governance_api.permissions import Allowed
from governance_api.roles.service import Role

ManagesWorkstationUsers = Annotated[Caller, Depends(Allowed(Role.ADMIN))]
ReadsWorkstationUsers = Annotated[Caller, Depends(Allowed(Role.ANALYST))]
