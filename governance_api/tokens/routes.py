"""/tokens and /sessions: signing in and out, who a cookie is, the sessions of an account; and one's own password."""

from fastapi import APIRouter, Request, status

from governance_api.accounts.service import get_account_by_login
from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import PageAsked
from governance_api.errors import UnauthenticatedError
from governance_api.security.addresses import ClientAddress, address_of
from governance_api.security.recognition import TokenRecognition
from governance_api.security.roles import Role
from governance_api.settings import Settings
from governance_api.tokens.permissions import (
    AsksWhoItIs,
    ChangesOwnPassword,
    EndsSessions,
    EndsShownSessions,
    ListsSessions,
    SignsOut,
)
from governance_api.tokens.schemas import (
    CurrentSessionAnswer,
    PasswordChange,
    SessionAnswer,
    SessionEnding,
    SignIn,
    TokenAnswer,
)
from governance_api.tokens.service import (
    change_password,
    describe_session,
    end_other_sessions,
    end_session,
    issue_token,
    list_sessions,
)

router = APIRouter(tags=["tokens"])


@router.post("/tokens")
def sign_in(body: SignIn, request: Request, address: ClientAddress, transaction: Transaction, now: Now) -> TokenAnswer:
    """Exchanges login and password for an access token.

    A service with the role `superset` signs people in for whom it names the address in `X-Forwarded-For`.
    """
    settings: Settings = request.app.state.settings
    return issue_token(
        transaction,
        login=body.login,
        password=body.password,
        address=address,
        client=request.headers.get("user-agent", ""),
        local_sign_in=settings.local_sign_in,
        now=now,
    )


@router.delete("/tokens/current", status_code=status.HTTP_204_NO_CONTENT)
def sign_out(caller: SignsOut, transaction: Transaction, now: Now) -> None:
    """Ends the token that this request was made with."""
    end_session(transaction, caller.access_token_id, of_account_id=caller.account_id, by=caller, now=now)


@router.get("/sessions/current")
def read_current(caller: AsksWhoItIs, transaction: Transaction) -> CurrentSessionAnswer:
    """Whom the browser's cookie, or the token, speaks for: other servers of the product ask this before they answer."""
    return describe_session(transaction, caller)


@router.get("/sessions")
def list_them(
    caller: ListsSessions, transaction: Transaction, page: PageAsked, now: Now, login: str | None = None
) -> list[SessionAnswer]:
    """The open sessions of the caller; for an admin, with `login`, those of that account."""
    account_id = caller.account_id if login is None else get_account_by_login(transaction, login).account_id
    return list_sessions(transaction, account_id, page, caller=caller, now=now)


@router.delete("/sessions/others", status_code=status.HTTP_204_NO_CONTENT)
def end_others(caller: EndsSessions, transaction: Transaction, now: Now) -> None:
    """Ends all sessions of the caller but this one."""
    end_other_sessions(transaction, caller, now=now)


@router.post("/sessions/end", status_code=status.HTTP_204_NO_CONTENT)
def end_shown(
    body: SessionEnding, _: EndsShownSessions, recognition: TokenRecognition, transaction: Transaction, now: Now
) -> None:
    """Ends the session of a browser's cookie, in the name of its account; one that has ended already stays so."""
    try:
        caller = recognition.of_browser(transaction, body.session_secret, now=now)
    except UnauthenticatedError:
        return
    end_session(transaction, caller.access_token_id, of_account_id=caller.account_id, by=caller, now=now)


@router.delete("/sessions/{access_token_id}", status_code=status.HTTP_204_NO_CONTENT)
def end_one(access_token_id: int, caller: EndsSessions, transaction: Transaction, now: Now) -> None:
    """Ends a session of the caller; an admin ends anybody's."""
    of_account_id = None if caller.has(Role.ADMIN) else caller.account_id
    end_session(transaction, access_token_id, of_account_id=of_account_id, by=caller, now=now)


@router.put("/accounts/me/password", status_code=status.HTTP_204_NO_CONTENT)
def change_own_password(
    body: PasswordChange, caller: ChangesOwnPassword, request: Request, transaction: Transaction, now: Now
) -> None:
    """Changes the caller's own password and ends all their other sessions."""
    change_password(
        transaction,
        caller,
        current_password=body.current_password,
        new_password=body.new_password,
        address=address_of(request),
        now=now,
    )
