"""Which roles may file and read data requests.

Power users and guardians follow every request, analysts their own: `service` decides that.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

FilesDataRequests = Annotated[Caller, Depends(Allowed(Role.ANALYST))]
ReadsDataRequests = Annotated[Caller, Depends(Allowed(Role.ANALYST, Role.GUARDIAN))]
