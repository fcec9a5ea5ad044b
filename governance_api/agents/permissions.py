"""Which roles may install and look after agents, and what an agent itself may do.

Installers see agents and registration keys, nothing else.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed, AnyAgent
from governance_api.security.roles import Role

InstallsAgents = Annotated[Caller, Depends(Allowed(Role.AGENT_INSTALLER))]
ReadsPolicy = AnyAgent
SettlesEnrolment = AnyAgent
ReportsUninstalled = AnyAgent
ReportsHealth = AnyAgent
