"""The checks before every endpoint: an account with one of some roles, or an enrolled agent.

Each noun declares in its own `permissions.py` which roles pass.
"""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.errors import ForbiddenError, UnauthenticatedError
from governance_api.security.callers import AgentCaller, Caller
from governance_api.security.recognition import TokenRecognition
from governance_api.security.roles import Role

#: Of this host, whatever the port: other servers of the product see it too, and ask GET /sessions/current whose it is.
SESSION_COOKIE = "task_mining_session"

_account_scheme = HTTPBearer(scheme_name="accountToken", description="From POST /tokens.", auto_error=False)
_agent_scheme = HTTPBearer(scheme_name="agentToken", description="From POST /agents/enrol.", auto_error=False)

AccountCredentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_account_scheme)]
AgentCredentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_agent_scheme)]


class RoleMissingError(ForbiddenError):
    """The caller has none of the roles that may do this."""

    def __init__(self, needed: tuple[Role, ...]) -> None:
        names = " or ".join(role.value for role in needed)
        super().__init__(f"This needs the role {names}: ask an admin to assign it to you.", needed_roles=list(needed))


def check_roles(caller: Caller, needed: tuple[Role, ...]) -> None:
    if needed and caller.roles.isdisjoint(needed):
        raise RoleMissingError(needed)


class Allowed:
    """A check that an account with one of the roles passes; with none named, every signed-in account."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    def __call__(
        self, transaction: Transaction, now: Now, recognition: TokenRecognition, credentials: AccountCredentials
    ) -> Caller:
        if credentials is None:
            raise UnauthenticatedError(
                "This needs an account token: sign in with POST /tokens and send it as `Authorization: Bearer …`."
            )
        caller = recognition.of_account(transaction, credentials.credentials, now=now)
        check_roles(caller, self.roles)
        return caller


AnyAccount = Annotated[Caller, Depends(Allowed())]


def _session(
    request: Request, transaction: Transaction, now: Now, recognition: TokenRecognition, credentials: AccountCredentials
) -> Caller:
    cookie = request.cookies.get(SESSION_COOKIE)
    if credentials is None and cookie is not None:
        return recognition.of_browser(transaction, cookie, now=now)
    return Allowed()(transaction, now, recognition, credentials)


#: A signed-in account by its token or by its browser's cookie; reads only, because a cookie is sent unasked.
AnySession = Annotated[Caller, Depends(_session)]


def _agent(transaction: Transaction, recognition: TokenRecognition, credentials: AgentCredentials) -> AgentCaller:
    if credentials is None:
        raise UnauthenticatedError(
            "This needs an agent token: enrol with POST /agents/enrol and send it as `Authorization: Bearer …`."
        )
    return recognition.of_agent(transaction, credentials.credentials)


AnyAgent = Annotated[AgentCaller, Depends(_agent)]
