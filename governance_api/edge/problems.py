"""Turns every refusal into an answer: RFC 9457 problem details, and for browsers the same as a page."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException

from domain.errors import DomainError
from governance_api.edge.safe_headers import make_safe
from governance_api.errors import GovernanceError

MEDIA_TYPE = "application/problem+json"
MAX_PLACES = 20
_log = logging.getLogger(__name__)


class Problem(BaseModel):
    """RFC 9457. `detail` is one sentence that ends in the remedy; the facts of the error stand beside it."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str


HtmlRenderer = Callable[[Request, Problem], Response]
RefusalNote = Callable[[Request, GovernanceError], None]


#: Errors of the database that a caller or the operator can mend: kind, status, sentence.
_OF_THE_DATABASE: dict[type[Exception], tuple[str, int, str]] = {
    IntegrityError: ("changed-meanwhile", 409, "Somebody changed the same thing meanwhile: read it again and repeat."),
    DataError: ("out-of-range", 422, "A value is beyond what can be stored: send a smaller one."),
    OperationalError: ("database-unreachable", 503, "The database does not answer: repeat the request in a moment."),
}


def problem_of(error: Exception) -> Problem:
    """Never shows more of an unforeseen error than that it happened."""
    match error:
        case GovernanceError():
            return _problem(error.kind(), error.status, error.sentence, error.facts)
        case DomainError():
            return _problem("rule-of-the-domain", 422, str(error), {})
        case RequestValidationError():
            return _invalid(error)
        case HTTPException():
            return _problem("http", error.status_code, _sentence_for_status(error), {})
    sentence = "Something unforeseen happened and was logged: repeat, or tell the operator."
    return _problem(*_OF_THE_DATABASE.get(type(error), ("unforeseen", 500, sentence)), {})


def _problem(kind: str, status: int, detail: str, facts: dict[str, Any]) -> Problem:
    return Problem(
        type=f"urn:task-mining:problem:{kind}", title=HTTPStatus(status).phrase, status=status, detail=detail, **facts
    )


def _invalid(error: RequestValidationError) -> Problem:
    """Names the places and what is wrong there; never repeats what was sent, which may be a secret."""
    places = [
        {"where": ".".join(str(part) for part in found["loc"]), "what": str(found["msg"]).removeprefix("Value error, ")}
        for found in error.errors()[:MAX_PLACES]
    ]
    first = places[0]
    return _problem(
        "invalid", 422, f"{first['where']}: {first['what']}; correct it and send the request again.", {"errors": places}
    )


def _sentence_for_status(error: HTTPException) -> str:
    known = {
        404: "There is nothing at this address: see /openapi.json for what there is.",
        405: "This address does not know that method: see /openapi.json for those it knows.",
    }
    return known.get(error.status_code, f"{str(error.detail).rstrip('.')}: correct the request and send it again.")


def install(app: FastAPI, *, html: HtmlRenderer, note: RefusalNote) -> None:
    """Renders every error of the app. `note` sees each refusal.

    What nobody foresaw is answered outside of all layers: hence the safe headers here.
    """

    def answer(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if isinstance(error, GovernanceError):
            note(request, error)
        if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        answer = rendered(request, problem, html=html, headers=getattr(error, "headers", None))
        make_safe(answer.headers, scheme=request.url.scheme)
        return answer

    for kind in (GovernanceError, DomainError, RequestValidationError, HTTPException, *_OF_THE_DATABASE, Exception):
        app.add_exception_handler(kind, answer)


def rendered(
    request: Request, problem: Problem, *, html: HtmlRenderer | None, headers: Mapping[str, str] | None = None
) -> Response:
    """A page where a browser asks and `html` makes pages; else JSON."""
    if html is None or not _is_for_a_browser(request):
        return JSONResponse(problem.model_dump(), problem.status, headers, MEDIA_TYPE)
    answer = html(request, problem)
    answer.headers.update(headers or {})
    return answer


def _is_for_a_browser(request: Request) -> bool:
    """Browsers ask for HTML by its name, programs do not. Who does not say gets pages as pages."""
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted or (request.url.path.startswith("/pages") and "json" not in accepted)


#: For OpenAPI: every route may answer with a problem.
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem: one sentence that ends in the remedy",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
