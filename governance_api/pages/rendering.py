"""Renders templates into answers, and problems into pages."""

import secrets
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from governance_api.edge.problems import Problem
from governance_api.pages.cookies import remove_session_cookie, set_form_cookie
from governance_api.pages.errors import PageNeedsSignInError
from governance_api.pages.permissions import form_secret_of
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


def login_page(request: Request, *, problem: Problem | None = None, is_signed_out: bool = False) -> HTMLResponse:
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
        is_signed_out=is_signed_out,
    )
    set_form_cookie(request, answer, secret)
    return answer


def render_problem(request: Request, problem: Problem) -> Response:
    """Who is not signed in is led to the sign-in page; everybody else reads the sentence."""
    if problem.type.endswith(f":{PageNeedsSignInError.kind()}"):
        answer = RedirectResponse(LOGIN, status.HTTP_303_SEE_OTHER)
        remove_session_cookie(answer)
        return answer
    if request.url.path == LOGIN:
        return login_page(request, problem=problem)
    if problem.status == status.HTTP_404_NOT_FOUND and problem.type.endswith(":http"):
        problem = problem.model_copy(update={"detail": "There is no such page: go back to what waits for you."})
    secret = request.cookies.get(SESSION_COOKIE, "")
    return page(
        "problem.html",
        status_code=problem.status,
        problem=problem,
        form_secret=form_secret_of(secret) if secret else "",
        is_about_account=request.url.path.startswith("/pages/account"),
    )
