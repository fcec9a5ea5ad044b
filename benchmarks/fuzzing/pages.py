"""Sends random forms to every route of the pages, as browsers of everybody: no answer may be a failure.

The routes and the names of their fields are found in the app's own router, so that a new page is among them.
"""

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from shlex import quote
from typing import Any
from urllib.parse import quote_from_bytes

import requests
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from benchmarks.fuzzing.callers import CALLERS, NOBODY, Callers
from benchmarks.fuzzing.findings import Findings
from benchmarks.fuzzing.forms import any_form
from benchmarks.fuzzing.odd_values import odd_value
from governance_api.pages.permissions import FORM_COOKIE, form_secret_of
from governance_api.pages.routes import router
from governance_api.security.permissions import SESSION_COOKIE
from governance_api.security.roles import Role

SECONDS = 120
#: To one route before the next one has its turn: one of everybody, and more of managers, for whom most pages are.
VISITORS = (*CALLERS, *[Role.MANAGER.value] * 8)
SECRET = "form_secret"  # noqa: S105 - the name of a field
MAX_ID = 25
ODD_SHARE, FOREIGN_SHARE = 0.2, 0.1
PASSWORDS = ("correct horse battery", "staple on the wall")
MAX_SHOWN = 2_000


@dataclass(frozen=True)
class PageRoute:
    """One route: the names in its path, its query and its form."""

    method: str
    path: str
    parameters: tuple[str, ...]
    query: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"


def page_routes() -> list[PageRoute]:
    found = []
    for context in iter_route_contexts(router.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            parts = _with_dependencies(route.dependant)
            parameters = _names(field for part in parts for field in part.path_params)
            query = _names(field for part in parts for field in part.query_params)
            fields = _names(field for part in parts for field in part.body_params)
            methods = sorted(route.methods or ())
            found += [PageRoute(method, str(context.path), parameters, query, fields) for method in methods]
    return found


def _names(fields: Iterable[Any]) -> tuple[str, ...]:
    return tuple(sorted({str(field.alias) for field in fields}))


def _with_dependencies(dependant: Dependant) -> list[Dependant]:
    return [dependant, *(each for part in dependant.dependencies for each in _with_dependencies(part))]


class PageVisits:
    """All visits of one run; the same seed makes the same ones, as far as the answers are the same."""

    def __init__(self, address: str, callers: Callers, *, seed: int) -> None:
        self.findings = Findings()
        self._address = address
        self._callers = callers
        self._random = Random(seed)  # noqa: S311 - to be made again, not to be secret
        self._connection = requests.Session()
        self._routes = page_routes()

    def run(self, count: int, *, seconds: float = math.inf) -> Findings:
        """Sends about `count` requests, in whole rounds, and begins none after so many `seconds`."""
        began_at = time.monotonic()
        while self.findings.requests.total() < count and time.monotonic() - began_at < seconds:
            for route in self._random.sample(self._routes, len(self._routes)):
                for caller in VISITORS:
                    self._send(route, caller)
        return self.findings

    def _send(self, route: PageRoute, caller: str) -> None:
        cookie = "" if caller == NOBODY else self._callers.browser_of(caller)
        headers = {
            "Accept": "text/html",
            "Cookie": f"{FORM_COOKIE}={form_secret_of(cookie)}; {SESSION_COOKIE}={cookie}",
        }
        headers["Origin"] = "https://elsewhere.example" if self._is(FOREIGN_SHARE) else self._address
        body = b""
        if route.method == "POST":
            body, of_form = any_form({name: self._value(name, cookie) for name in route.fields}, self._random)
            headers |= of_form
        url = self._address + route.path.format_map({name: self._id() for name in route.parameters})
        query = {name: self._id() for name in route.query}
        sent = requests.Request(route.method, url, headers=headers, params=query, data=body).prepare()
        try:
            answer = self._answer(sent)
        except requests.ConnectionError as error:
            self.findings.note_violation(route.label, "no answer", why=str(error), curl=_curl(sent))
            return
        self.findings.note_answer(route.label, answer.status_code)
        if answer.status_code >= 500:
            self.findings.note_failure(route.label, answer.status_code, curl=_curl(sent))
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if not is_page and not answer.is_redirect:
            what = f"{answer.status_code} is no page"
            self.findings.note_violation(route.label, what, why=answer.text, curl=_curl(sent))

    def _answer(self, sent: requests.PreparedRequest) -> requests.Response:
        """Once more where it breaks off: the service may just have ended the connection that was kept from before."""
        try:
            return self._connection.send(sent, timeout=SECONDS, allow_redirects=False)
        except requests.ConnectionError:
            self._connection.close()
            return self._connection.send(sent, timeout=SECONDS, allow_redirects=False)
        finally:
            self._connection.cookies.clear()

    def _is(self, share: float) -> bool:
        return self._random.random() < share

    def _id(self) -> str:
        """Most are there; of the odd ones, those that an address can hold."""
        if not self._is(ODD_SHARE):
            return str(self._random.randint(0, MAX_ID))
        return quote_from_bytes(str(odd_value(self._random))[:2_000].encode(errors="replace"), safe="")

    def _value(self, name: str, cookie: str) -> str:
        if name == SECRET:
            return form_secret_of(cookie)
        return self._random.choice(PASSWORDS) if "password" in name else "Not now"


def _curl(sent: requests.PreparedRequest) -> str:
    headers = " ".join("-H " + quote(f"{name}: {value!s}") for name, value in sent.headers.items())
    body = sent.body if isinstance(sent.body, bytes) else b""
    written = repr(body[:MAX_SHOWN]).removeprefix("b").strip("'\"")
    return f"curl -X {sent.method} {headers} --data-binary $'{written}' {quote(str(sent.url))}"
