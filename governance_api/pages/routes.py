"""The manager's pages: what waits, what was decided; every action through the services of the API.

No scripts: each button is a form, and each form leads to a page that can be loaded again.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from governance_api.approvals.service import Decision, decide, decide_together, list_pending_of_request
from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.pages import openid_sign_in, own_account, returning, signing_in
from governance_api.pages.notices import Done, led_on
from governance_api.pages.permissions import DecidesAsManager, ReadsAsManager
from governance_api.pages.rendering import FOLDER, own_page
from governance_api.pages.signing_in import OF_MANAGERS as WAITING
from governance_api.pages.view import collection_facts, decided_cards, waiting_cards

router = APIRouter(include_in_schema=False)
router.include_router(signing_in.router)
router.include_router(openid_sign_in.router)
router.include_router(own_account.router)
router.include_router(returning.router)

DECIDED = "/pages/decisions"
#: The last data request of the former page.
After = Annotated[int, Query(ge=0, le=2**31 - 1)]
Reason = Annotated[str, Form(max_length=4_000)]


def build_static_files() -> StaticFiles:
    return StaticFiles(directory=FOLDER / "static")


@router.get(WAITING)
def show_waiting(request: Request, session: ReadsAsManager, transaction: Transaction, after: After = 0) -> HTMLResponse:
    cards = waiting_cards(transaction, session.caller, after=after)
    return own_page(request, session, "approvals.html", shown=cards, facts=collection_facts(transaction))


@router.get(DECIDED)
def show_decided(request: Request, session: ReadsAsManager, transaction: Transaction, after: After = 0) -> HTMLResponse:
    return own_page(request, session, "decisions.html", shown=decided_cards(transaction, session.caller, after=after))


@router.post("/pages/approvals/{approval_id}/approve")
def approve(
    approval_id: int, request: Request, session: DecidesAsManager, transaction: Transaction, now: Now
) -> Response:
    decide(transaction, approval_id, Decision.APPROVED, by=session.caller, now=now)
    return led_on(request, WAITING, Done.APPROVED)


@router.post("/pages/approvals/{approval_id}/reject")
def reject(
    *,
    approval_id: int,
    request: Request,
    session: DecidesAsManager,
    transaction: Transaction,
    now: Now,
    reason: Reason = "",
) -> Response:
    decide(transaction, approval_id, Decision.REJECTED, reason=reason, by=session.caller, now=now)
    return led_on(request, WAITING, Done.REJECTED)


@router.post("/pages/approvals/{approval_id}/withdraw")
def withdraw(
    *,
    approval_id: int,
    request: Request,
    session: DecidesAsManager,
    transaction: Transaction,
    now: Now,
    reason: Reason = "",
) -> Response:
    decide(transaction, approval_id, Decision.WITHDRAWN, reason=reason, by=session.caller, now=now)
    return led_on(request, DECIDED, Done.WITHDRAWN)


@router.post("/pages/data-requests/{data_request_id}/approve")
def approve_all(
    data_request_id: int, request: Request, session: DecidesAsManager, transaction: Transaction, now: Now
) -> Response:
    """Everybody of this request who reports to the manager and still waits."""
    waiting = list_pending_of_request(transaction, data_request_id, by=session.caller)
    decided = decide_together(transaction, waiting, Decision.APPROVED, by=session.caller, now=now)
    return led_on(request, WAITING, Done.APPROVED, count=len(decided))


@router.post("/pages/data-requests/{data_request_id}/reject")
def reject_all(
    *,
    data_request_id: int,
    request: Request,
    session: DecidesAsManager,
    transaction: Transaction,
    now: Now,
    reason: Reason = "",
) -> Response:
    waiting = list_pending_of_request(transaction, data_request_id, by=session.caller)
    decided = decide_together(transaction, waiting, Decision.REJECTED, reason=reason, by=session.caller, now=now)
    return led_on(request, WAITING, Done.REJECTED, count=len(decided))
