"""POST /tokens and DELETE /tokens/current: signing in and out."""

from fastapi import APIRouter, Request, status

from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.settings import Settings
from governance_api.tokens.permissions import SignsOut
from governance_api.tokens.schemas import SignIn, TokenAnswer
from governance_api.tokens.service import address_of, issue_token, revoke_token

router = APIRouter(prefix="/tokens", tags=["tokens"])


@router.post("")
def sign_in(body: SignIn, request: Request, transaction: Transaction, now: Now) -> TokenAnswer:
    """Exchanges login and password for an access token."""
    settings: Settings = request.app.state.settings
    return issue_token(
        transaction,
        login=body.login,
        password=body.password,
        address=address_of(request),
        hours=settings.token_hours,
        now=now,
    )


@router.delete("/current", status_code=status.HTTP_204_NO_CONTENT)
def sign_out(caller: SignsOut, transaction: Transaction, now: Now) -> None:
    """Ends the token that this request was made with."""
    revoke_token(transaction, caller, now=now)
