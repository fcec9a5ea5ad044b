"""Who may sign in and out, and see and end sessions: anybody in; out, and one's own, every signed-in account."""

from typing import Annotated

from fastapi import Depends

from governance_api.security.callers import Caller
from governance_api.security.permissions import Allowed, AnyAccount, AnySession, check_roles
from governance_api.security.roles import Role

SignsOut = AnyAccount
ChangesOwnPassword = AnyAccount
AsksWhoItIs = AnySession
#: Superset has a way out of its own; it shows the cookie of whoever took it.
EndsShownSessions = Annotated[Caller, Depends(Allowed(Role.SUPERSET))]


def _sessions_of(caller: AnyAccount, login: str | None = None) -> Caller:
    if login is not None:
        check_roles(caller, (Role.ADMIN,))
    return caller


#: One's own, or with `login` an admin those of anybody.
ListsSessions = Annotated[Caller, Depends(_sessions_of)]
EndsSessions = AnyAccount
