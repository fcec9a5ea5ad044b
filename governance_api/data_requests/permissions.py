"""Who may file and who may read data requests; which of them is decided in `service`.

Power users and guardians follow every request, analysts their own.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.callers import Caller
from governance_api.permissions import Allowed
from governance_api.roles.service import Role

FilesDataRequests = Annotated[Caller, Depends(Allowed(Role.ANALYST))]
ReadsDataRequests = Annotated[Caller, Depends(Allowed(Role.ANALYST, Role.GUARDIAN))]
