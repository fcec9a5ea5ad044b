"""The pages of signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.pages.cookies import remove_form_cookie, remove_session_cookie, set_session_cookie
from governance_api.pages.notices import Done, led_on
from governance_api.pages.permissions import FORM_COOKIE, FormSecret, PerhapsSignedIn, SendsForm, SignedIn, check_form
from governance_api.pages.rendering import LOGIN, login_page, page
from governance_api.pages.returning import is_safe_return, place_after_sign_in, remember_return
from governance_api.security.addresses import address_of
from governance_api.security.roles import Role
from governance_api.settings import Settings
from governance_api.tokens.service import SessionKind, end_session, issue_token

router = APIRouter(include_in_schema=False)

HOME = "/pages/home"
OF_MANAGERS = "/pages/approvals"
OF_EVERYBODY = "/pages/account"


def led_to(place: str) -> RedirectResponse:
    return RedirectResponse(place, status.HTTP_303_SEE_OTHER)


@router.get("/")
def enter() -> Response:
    return led_to(HOME)


@router.get(HOME)
def begin(session: SignedIn) -> Response:
    """Where everybody begins: managers with what waits for them."""
    return led_to(OF_MANAGERS if session.caller.has(Role.MANAGER) else OF_EVERYBODY)


@router.get(LOGIN)
def show_login(request: Request, session: PerhapsSignedIn, return_to: str = "") -> HTMLResponse:
    """Whoever is signed in already goes on by a link: led there by itself, a browser could go round for ever."""
    if session is not None and is_safe_return(return_to, request.app.state.settings):
        return page("onward.html", address=return_to, is_asked_first=True)
    answer = login_page(request)
    remember_return(request, answer, return_to)
    return answer


@router.post(LOGIN)
def sign_in(
    *,
    request: Request,
    transaction: Transaction,
    now: Now,
    login: Annotated[str, Form(max_length=128)] = "",
    password: Annotated[str, Form(max_length=1_024)] = "",
    form_secret: FormSecret = "",
) -> Response:
    settings: Settings = request.app.state.settings
    request.state.typed_login = login
    check_form(form_secret, request.cookies.get(FORM_COOKIE, ""))
    opened = issue_token(
        transaction,
        login=login.replace("\x00", ""),
        password=password,
        kind=SessionKind.BROWSER,
        address=address_of(request),
        client=request.headers.get("user-agent", ""),
        local_sign_in=settings.local_sign_in,
        now=now,
    )
    answer = led_to(place_after_sign_in(request, HOME))
    set_session_cookie(request, answer, opened.access_token, expires_at=opened.expires_at, now=now)
    remove_form_cookie(answer)
    return answer


@router.post("/pages/logout")
def sign_out(request: Request, session: SendsForm, transaction: Transaction, now: Now) -> Response:
    caller = session.caller
    end_session(transaction, caller.access_token_id, of_account_id=caller.account_id, by=caller, now=now)
    answer = led_on(request, LOGIN, Done.SIGNED_OUT)
    remove_session_cookie(answer)
    return answer
