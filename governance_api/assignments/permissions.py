"""Who may change a project's terms: analysts, as far as the project is theirs or shared with them for editing."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed
from governance_api.security.roles import Role

ChangesProjects = Annotated[Caller, Depends(Allowed(Role.ANALYST))]
