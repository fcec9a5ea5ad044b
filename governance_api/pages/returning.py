"""Leads people back to where they were sent here from to sign in, and nowhere else.

The address waits in a cookie, because a sign-in may take its way through another site. Cookies can be planted by other
servers of this host: the address is checked when it comes and again when it is used.
"""

import re
from urllib.parse import quote, unquote, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from governance_api.pages.cookies import is_encrypted
from governance_api.pages.origins import origin_of
from governance_api.pages.rendering import page
from governance_api.settings import Settings

router = APIRouter(include_in_schema=False)

ONWARD = "/pages/onward"
RETURN_COOKIE = "task_mining_return"
COOKIE_PATH = "/pages"
MINUTES = 15
MAX_LENGTH = 1_000
#: No blanks, no backslashes, no control characters: browsers read those in ways of their own.
PLAIN = re.compile(r"[!-\[\]-~]*")


def is_safe_return(address: str, settings: Settings) -> bool:
    """Whether it is an address of Dagster's or Superset's, spelled plainly, without a login in it."""
    if len(address) > MAX_LENGTH or not PLAIN.fullmatch(address):
        return False
    try:
        parts = urlsplit(address)
        is_ours = origin_of(address) in {origin_of(settings.dagster_url), origin_of(settings.superset_url)}
    except ValueError:
        return False
    return is_ours and parts.scheme in {"http", "https"} and "@" not in parts.netloc


def remember_return(request: Request, answer: Response, address: str) -> None:
    """An address that is not safe is as none: whoever signs in then begins where everybody begins."""
    if not is_safe_return(address, request.app.state.settings):
        answer.delete_cookie(RETURN_COOKIE, path=COOKIE_PATH)
        return
    answer.set_cookie(
        RETURN_COOKIE,
        quote(address, safe=""),
        max_age=MINUTES * 60,
        path=COOKIE_PATH,
        httponly=True,
        samesite="lax",
        secure=is_encrypted(request),
    )


def place_after_sign_in(request: Request, usual: str) -> str:
    """Our own page that leads on: a form may not lead to another server, not even by a redirection."""
    address = unquote(request.cookies.get(RETURN_COOKIE, ""))
    return ONWARD if is_safe_return(address, request.app.state.settings) else usual


@router.get(ONWARD)
def lead_on(request: Request) -> HTMLResponse:
    address = unquote(request.cookies.get(RETURN_COOKIE, ""))
    settings: Settings = request.app.state.settings
    answer = page("onward.html", address=address if is_safe_return(address, settings) else "/", is_asked_first=False)
    answer.delete_cookie(RETURN_COOKIE, path=COOKIE_PATH)
    return answer
