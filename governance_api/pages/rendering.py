"""Renders templates into answers, and problems into pages."""

import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from governance_api.edge.problems import Problem
from governance_api.pages.cookies import remove_session_cookie, set_form_cookie
from governance_api.pages.errors import PageNeedsSignInError
from governance_api.pages.notices import forget_notice, read_notice
from governance_api.pages.permissions import PageSession, form_secret_of
from governance_api.pages.view import instant_in_words
from governance_api.security.permissions import SESSION_COOKIE
from governance_api.settings import EVERYBODY, Settings

FOLDER = Path(__file__).parent
LOGIN = "/pages/login"


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["in_words"] = instant_in_words
    return environment


def page(template: str, *, status_code: int = status.HTTP_200_OK, **shown: Any) -> HTMLResponse:
    return HTMLResponse(_templates().get_template(template).render(**shown), status_code)


def own_page(request: Request, session: PageSession, template: str, **shown: Any) -> HTMLResponse:
    """A page for whoever is signed in, with what they have just done above it."""
    settings: Settings = request.app.state.settings
    answer = page(
        template,
        session=session,
        form_secret=session.form_secret,
        notice=read_notice(request),
        superset_url=settings.superset_url.rstrip("/"),
        **shown,
    )
    forget_notice(request, answer)
    return answer


def login_page(request: Request, *, problem: Problem | None = None) -> HTMLResponse:
    """The form carries a secret that a cookie carries too: another site can send neither."""
    settings: Settings = request.app.state.settings
    secret = secrets.token_urlsafe()
    answer = page(
        "login.html",
        status_code=problem.status if problem else status.HTTP_200_OK,
        problem=problem,
        typed_login=getattr(request.state, "typed_login", ""),
        form_secret=secret,
        has_openid=settings.openid is not None,
        is_local_for_all=settings.local_sign_in == EVERYBODY,
        notice=read_notice(request),
    )
    set_form_cookie(request, answer, secret)
    forget_notice(request, answer)
    return answer


def render_problem(request: Request, problem: Problem) -> Response:
    """Who is not signed in is led to the sign-in page; everybody else reads the sentence."""
    if problem.type.endswith(f":{PageNeedsSignInError.kind()}"):
        answer = RedirectResponse(LOGIN, status.HTTP_303_SEE_OTHER)
        remove_session_cookie(answer)
        return answer
    if request.url.path == LOGIN:
        return login_page(request, problem=problem)
    words = _words_for_people(problem)
    secret = request.cookies.get(SESSION_COOKIE, "")
    return page(
        "problem.html",
        status_code=problem.status,
        title=words.title,
        detail=words.detail,
        is_change=request.method not in {"GET", "HEAD"},
        form_secret=form_secret_of(secret) if secret else "",
        is_about_account=request.url.path.startswith("/pages/account"),
    )


@dataclass(frozen=True)
class _Words:
    title: str
    detail: str


def _words_for_people(problem: Problem) -> _Words:
    """The same as for programs but where that speaks of the API."""
    title = "This did not work"
    if problem.type.endswith(":http") and problem.status == status.HTTP_404_NOT_FOUND:
        return _Words("There is no such page", "Nothing is at this address: look whether it was mistyped, or go back.")
    if problem.type.endswith(":http") and problem.status == status.HTTP_405_METHOD_NOT_ALLOWED:
        return _Words(title, "Only a form leads to this address: go back to the page with the form.")
    if problem.type.endswith(":invalid"):
        return _Words(
            title, "The address of this page, or what a form sent, is not as it should be: go back and repeat."
        )
    if problem.type.endswith(":unauthenticated"):
        return _Words(title, "This address is for programs, which show a token: go back to the pages.")
    return _Words(title, problem.detail)
