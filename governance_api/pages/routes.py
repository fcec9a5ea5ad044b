"""The manager's pages: signing in, what waits, what was decided; every action through the services of the API.

No scripts: each button is a form, and each form leads to a page that can be loaded again.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from governance_api.approvals.service import Decision, decide, decide_together, list_pending_of_request
from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.pages.permissions import (
    COOKIE_PATH,
    FORM_COOKIE,
    TOKEN_COOKIE,
    DecidesAsManager,
    FormSecret,
    ReadsAsManager,
    SendsForm,
    check_form,
)
from governance_api.pages.rendering import FOLDER, LOGIN, login_page, page, set_cookie
from governance_api.pages.view import collection_facts, decided_cards, waiting_cards
from governance_api.settings import Settings
from governance_api.tokens.service import address_of, issue_token, revoke_token

router = APIRouter(include_in_schema=False)

WAITING = "/pages/approvals"
DECIDED = "/pages/decisions"
#: The last data request of the former page.
After = Annotated[int, Query(ge=0, le=2**31 - 1)]
Reason = Annotated[str, Form(max_length=4_000)]


def build_static_files() -> StaticFiles:
    return StaticFiles(directory=FOLDER / "static")


def _led_to(place: str) -> RedirectResponse:
    return RedirectResponse(place, status.HTTP_303_SEE_OTHER)


@router.get("/")
def begin() -> Response:
    return _led_to(WAITING)


@router.get(LOGIN)
def show_login(request: Request) -> HTMLResponse:
    return login_page(request)


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
    token = issue_token(
        transaction,
        login=login.replace("\x00", ""),
        password=password,
        address=address_of(request),
        hours=settings.token_hours,
        now=now,
    )
    answer = _led_to(WAITING)
    set_cookie(request, answer, TOKEN_COOKIE, token.access_token, seconds=settings.token_hours * 3_600)
    answer.delete_cookie(FORM_COOKIE, path=COOKIE_PATH)
    return answer


@router.post("/pages/logout")
def sign_out(session: SendsForm, transaction: Transaction, now: Now) -> Response:
    revoke_token(transaction, session.caller, now=now)
    answer = _led_to(LOGIN)
    answer.delete_cookie(TOKEN_COOKIE, path=COOKIE_PATH)
    return answer


@router.get(WAITING)
def show_waiting(
    session: ReadsAsManager, transaction: Transaction, after: After = 0, approved: int = 0, rejected: int = 0
) -> HTMLResponse:
    return page(
        "approvals.html",
        session=session,
        form_secret=session.form_secret,
        shown=waiting_cards(transaction, session.caller, after=after),
        facts=collection_facts(transaction),
        approved=approved,
        rejected=rejected,
    )


@router.get(DECIDED)
def show_decided(
    session: ReadsAsManager, transaction: Transaction, after: After = 0, withdrawn: int = 0
) -> HTMLResponse:
    return page(
        "decisions.html",
        session=session,
        form_secret=session.form_secret,
        shown=decided_cards(transaction, session.caller, after=after),
        withdrawn=withdrawn,
    )


@router.post("/pages/approvals/{approval_id}/approve")
def approve(approval_id: int, session: DecidesAsManager, transaction: Transaction, now: Now) -> Response:
    decide(transaction, approval_id, Decision.APPROVED, by=session.caller, now=now)
    return _led_to(f"{WAITING}?approved=1")


@router.post("/pages/approvals/{approval_id}/reject")
def reject(
    approval_id: int, session: DecidesAsManager, transaction: Transaction, now: Now, reason: Reason = ""
) -> Response:
    decide(transaction, approval_id, Decision.REJECTED, reason=reason, by=session.caller, now=now)
    return _led_to(f"{WAITING}?rejected=1")


@router.post("/pages/approvals/{approval_id}/withdraw")
def withdraw(
    approval_id: int, session: DecidesAsManager, transaction: Transaction, now: Now, reason: Reason = ""
) -> Response:
    decide(transaction, approval_id, Decision.WITHDRAWN, reason=reason, by=session.caller, now=now)
    return _led_to(f"{DECIDED}?withdrawn=1")


@router.post("/pages/data-requests/{data_request_id}/approve")
def approve_all(data_request_id: int, session: DecidesAsManager, transaction: Transaction, now: Now) -> Response:
    """Everybody of this request who reports to the manager and still waits."""
    waiting = list_pending_of_request(transaction, data_request_id, by=session.caller)
    decided = decide_together(transaction, waiting, Decision.APPROVED, by=session.caller, now=now)
    return _led_to(f"{WAITING}?approved={len(decided)}")


@router.post("/pages/data-requests/{data_request_id}/reject")
def reject_all(
    data_request_id: int, session: DecidesAsManager, transaction: Transaction, now: Now, reason: Reason = ""
) -> Response:
    waiting = list_pending_of_request(transaction, data_request_id, by=session.caller)
    decided = decide_together(transaction, waiting, Decision.REJECTED, reason=reason, by=session.caller, now=now)
    return _led_to(f"{WAITING}?rejected={len(decided)}")
