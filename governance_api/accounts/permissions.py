"""Who may do what with accounts.

Roles themselves stand in `roles`.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.roles.service import Role
from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed, AnyAccount

ManagesAccounts = Annotated[Caller, Depends(Allowed(Role.ADMIN))]
ReadsOwnAccount = AnyAccount
