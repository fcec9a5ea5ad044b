"""Renders templates into answers, and problems into pages."""

import secrets
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from governance_api.edge.problems import Problem
from governance_api.pages.errors import PageNeedsSignInError
from governance_api.pages.permissions import COOKIE_PATH, FORM_COOKIE, TOKEN_COOKIE, form_secret_of
from governance_api.pages.view import instant_in_words
from governance_api.settings import Settings

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


def login_page(request: Request, *, problem: Problem | None = None) -> HTMLResponse:
    """The form carries a secret that a cookie carries too: another site can send neither."""
    secret = secrets.token_urlsafe()
    answer = page(
        "login.html",
        status_code=problem.status if problem else status.HTTP_200_OK,
        problem=problem,
        typed_login=getattr(request.state, "typed_login", ""),
        form_secret=secret,
    )
    set_cookie(request, answer, FORM_COOKIE, secret)
    return answer


def set_cookie(request: Request, answer: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Out of reach of scripts and of other sites; gone with the browser unless `seconds` are given."""
    settings: Settings = request.app.state.settings
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path=COOKIE_PATH,
        httponly=True,
        samesite="strict",
        secure=settings.is_encrypted,
    )


def render_problem(request: Request, problem: Problem) -> Response:
    """Who is not signed in is led to the sign-in page; everybody else reads the sentence."""
    if problem.type.endswith(f":{PageNeedsSignInError.kind()}"):
        answer = RedirectResponse(LOGIN, status.HTTP_303_SEE_OTHER)
        answer.delete_cookie(TOKEN_COOKIE, path=COOKIE_PATH)
        return answer
    if request.url.path == LOGIN:
        return login_page(request, problem=problem)
    if problem.status == status.HTTP_404_NOT_FOUND and problem.type.endswith(":http"):
        problem = problem.model_copy(update={"detail": "There is no such page: go back to what waits for you."})
    token = request.cookies.get(TOKEN_COOKIE, "")
    return page(
        "problem.html", status_code=problem.status, problem=problem, form_secret=form_secret_of(token) if token else ""
    )
