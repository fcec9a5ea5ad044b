"""Sets and removes the cookies of the pages: out of reach of scripts, and encrypted wherever the pages are."""

from datetime import datetime

from fastapi import Request
from fastapi.responses import Response

from governance_api.pages.permissions import FORM_COOKIE, FORM_COOKIE_PATH
from governance_api.security.permissions import SESSION_COOKIE
from governance_api.settings import Settings


def is_encrypted(request: Request) -> bool:
    """By the connection, by what a trusted proxy says of it, or by the address that people are given."""
    settings: Settings = request.app.state.settings
    return request.url.scheme == "https" or settings.is_encrypted


def set_session_cookie(request: Request, answer: Response, secret: str, *, expires_at: datetime, now: datetime) -> None:
    """For every path and port of this host. Lax: whoever follows a link from elsewhere is still signed in."""
    answer.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=int((expires_at - now).total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_encrypted(request),
    )


def set_form_cookie(request: Request, answer: Response, secret: str) -> None:
    """Gone with the browser, and never sent from another site."""
    answer.set_cookie(
        FORM_COOKIE, secret, path=FORM_COOKIE_PATH, httponly=True, samesite="strict", secure=is_encrypted(request)
    )


def remove_session_cookie(answer: Response) -> None:
    answer.delete_cookie(SESSION_COOKIE, path="/")


def remove_form_cookie(answer: Response) -> None:
    answer.delete_cookie(FORM_COOKIE, path=FORM_COOKIE_PATH)
