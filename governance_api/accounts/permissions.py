"""Who may do what with accounts.

Roles themselves stand in `roles`.
"""

from typing import Annotated

from fastapi import Depends

from governance_api.callers import Caller
from governance_api.permissions import Allowed, AnyAccount
from governance_api.roles.service import Role

ManagesAccounts = Annotated[Caller, Depends(Allowed(Role.ADMIN))]
ReadsOwnAccount = AnyAccount
