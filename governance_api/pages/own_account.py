"""The page of one's own account: the password, and the sessions that are open in one's name."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from governance_api.accounts.service import get_account
from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.edge.paging import Page
from governance_api.pages.errors import PasswordMistypedError
from governance_api.pages.notices import Done, led_on
from governance_api.pages.permissions import SendsForm, SignedIn
from governance_api.pages.rendering import own_page
from governance_api.pages.signing_in import OF_EVERYBODY
from governance_api.pages.view import client_in_words
from governance_api.security.addresses import address_of
from governance_api.tokens.service import change_password, end_other_sessions, end_session, list_sessions

router = APIRouter(include_in_schema=False)

#: Whoever has more ends the others all at once.
SHOWN = 50
Password = Annotated[str, Form(max_length=1_024)]


@router.get(OF_EVERYBODY)
def show_account(request: Request, session: SignedIn, transaction: Transaction, now: Now) -> HTMLResponse:
    caller = session.caller
    newest = Page(limit=SHOWN, is_newest_first=True)
    sessions = list_sessions(transaction, caller.account_id, newest, caller=caller, now=now)
    return own_page(
        request,
        session,
        "account.html",
        has_password=get_account(transaction, caller.account_id).password_hash is not None,
        sessions=[(each, client_in_words(each.client)) for each in sessions],
    )


@router.post(f"{OF_EVERYBODY}/password")
def change(
    *,
    session: SendsForm,
    request: Request,
    transaction: Transaction,
    now: Now,
    current_password: Password = "",
    new_password: Password = "",
    repeated_password: Password = "",
) -> Response:
    if new_password != repeated_password:
        raise PasswordMistypedError
    change_password(
        transaction,
        session.caller,
        current_password=current_password,
        new_password=new_password,
        address=address_of(request),
        now=now,
    )
    return led_on(request, OF_EVERYBODY, Done.PASSWORD_CHANGED)


@router.post(f"{OF_EVERYBODY}/sessions/{{access_token_id}}/end")
def end_one(access_token_id: int, request: Request, session: SendsForm, transaction: Transaction, now: Now) -> Response:
    caller = session.caller
    end_session(transaction, access_token_id, of_account_id=caller.account_id, by=caller, now=now)
    return led_on(request, OF_EVERYBODY, Done.SESSION_ENDED)


@router.post(f"{OF_EVERYBODY}/sessions/end-others")
def end_others(request: Request, session: SendsForm, transaction: Transaction, now: Now) -> Response:
    end_other_sessions(transaction, session.caller, now=now)
    return led_on(request, OF_EVERYBODY, Done.OTHERS_ENDED)
