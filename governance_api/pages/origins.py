"""Refuses what another site makes a signed-in browser send.

A cookie travels with every request to its host, whoever caused it. Other ports of this host are the same site for
SameSite, so the cookie's own protection does not suffice: what changes something must come from a page of this origin.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from governance_api.edge.problems import HtmlRenderer, problem_of, rendered
from governance_api.errors import ForbiddenError
from governance_api.security.permissions import SESSION_COOKIE

PAGES = "/pages/"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class ForeignOriginError(ForbiddenError):
    """The browser says that another site's page caused the request, or does not say which one."""

    def __init__(self) -> None:
        super().__init__(
            "This was sent from a page of another address: open the page of this service, by the address in the "
            "browser's address bar, and repeat it there."
        )


class SameOrigin:
    """An ASGI layer around the app; requests without the session's cookie pass, for they speak for nobody."""

    def __init__(self, app: ASGIApp, own_urls: Collection[str], html: HtmlRenderer) -> None:
        self.app = app
        self._html = html
        self._own = {origin_of(url) for url in own_urls}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and not self._is_own(scope):
            answer = rendered(Request(scope), problem_of(ForeignOriginError()), html=self._html)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_own(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if SESSION_COOKIE not in headers.get("cookie", "") and not scope["path"].startswith(PAGES):
            return True
        origin = headers.get("origin")
        if origin is None:
            # Browsers without the header tell by another whether a page of this origin asked; programs have no cookie.
            return headers.get("sec-fetch-site") == "same-origin"
        return origin == f"{scope['scheme']}://{headers.get('host', '')}" or origin in self._own


def origin_of(url: str) -> str:
    """Scheme, host and port as a browser writes them in `Origin`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
