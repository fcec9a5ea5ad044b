"""Which roles may use each action on accounts."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed, AnyAccount
from governance_api.security.roles import Role

ManagesAccounts = Annotated[Caller, Depends(Allowed(Role.ADMIN))]
ReadsOwnAccount = AnyAccount
