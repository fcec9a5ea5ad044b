"""Which roles may do what with projects; ownership and shares, checked in `service`, decide with which of them.

Stakeholders read dashboards, not projects: they may only list what is shared with them, so that Superset knows it too.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

ReadsProjects = Annotated[Caller, Depends(Allowed(Role.ANALYST, Role.PIPELINES))]
ListsProjects = Annotated[Caller, Depends(Allowed(Role.ANALYST, Role.STAKEHOLDER, Role.PIPELINES))]
EditsProjects = Annotated[Caller, Depends(Allowed(Role.ANALYST))]
ExportsProjects = Annotated[Caller, Depends(Allowed(Role.ANALYST))]
