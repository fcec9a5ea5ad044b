"""Who may see the pages, and the proof that a form was sent from them."""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Form, Request

from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.errors import UnauthenticatedError
from governance_api.pages.errors import FormForgedError, PageNeedsSignInError
from governance_api.security.callers import Caller
from governance_api.security.permissions import SESSION_COOKIE, check_roles
from governance_api.security.recognition import TokenRecognition
from governance_api.security.roles import Role

FORM_COOKIE = "task_mining_form"
FORM_COOKIE_PATH = "/pages"

FormSecret = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True)
class PageSession:
    """A signed-in account on a browser. `form_secret` is in every form and known to no other site."""

    caller: Caller
    form_secret: str = field(repr=False)


def form_secret_of(secret: str) -> str:
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def check_form(sent: str, expected: str) -> None:
    if not expected or not hmac.compare_digest(sent.encode(), expected.encode()):
        raise FormForgedError


def _signed_in(request: Request, transaction: Transaction, now: Now, recognition: TokenRecognition) -> PageSession:
    secret = request.cookies.get(SESSION_COOKIE, "")
    try:
        caller = recognition.of_browser(transaction, secret, now=now)
    except UnauthenticatedError as error:
        raise PageNeedsSignInError from error
    return PageSession(caller, form_secret_of(secret))


SignedIn = Annotated[PageSession, Depends(_signed_in)]


def _perhaps_signed_in(
    request: Request, transaction: Transaction, now: Now, recognition: TokenRecognition
) -> PageSession | None:
    try:
        return _signed_in(request, transaction, now, recognition)
    except PageNeedsSignInError:
        return None


#: None for a stranger, where strangers are welcome too.
PerhapsSignedIn = Annotated[PageSession | None, Depends(_perhaps_signed_in)]


def _sends_form(session: SignedIn, form_secret: FormSecret = "") -> PageSession:
    check_form(form_secret, session.form_secret)
    return session


SendsForm = Annotated[PageSession, Depends(_sends_form)]


def _reads_as_manager(session: SignedIn) -> PageSession:
    check_roles(session.caller, (Role.MANAGER,))
    return session


def _decides_as_manager(session: SendsForm) -> PageSession:
    check_roles(session.caller, (Role.MANAGER,))
    return session


ReadsAsManager = Annotated[PageSession, Depends(_reads_as_manager)]
DecidesAsManager = Annotated[PageSession, Depends(_decides_as_manager)]
