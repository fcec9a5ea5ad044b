"""Who may install agents and look after them; what an agent itself may do.

Installers see agents and keys, nothing else.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed, AnyAgent
from governance_api.security.roles import Role

InstallsAgents = Annotated[Caller, Depends(Allowed(Role.AGENT_INSTALLER))]
ReadsPolicy = AnyAgent
ReportsHealth = AnyAgent
