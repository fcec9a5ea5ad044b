"""What every request passes before Dagster sees it: host, method, session, role, origin and kind of body.

Other ports of a host are the same site for a browser's cookies, so what changes something must name our own origin.
"""

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipelines.web.bodies import read_query, replaying
from pipelines.web.contexts import ACCOUNT
from pipelines.web.refusals import is_for_people, refusal
from pipelines.web.sessions import SESSION_COOKIE, Account, GovernanceSilentError, Sessions
from pipelines.web.websockets import RECHECK_SECONDS, serve_while_signed_in

GRAPHQL = "/graphql"
HEALTH = "/health"
#: They change or run things beside GraphQL, where no account is asked for.
CLOSED = ("/report_asset_", "/notebook", "/dagit")
REFUSED_SOCKET = 1008


class AccessControl:
    """An ASGI layer around Dagster's own app.

    `own_urls` are where it may be reached, the first being the one that people are told; `api_url` is the governance
    service's, where whoever has no session is sent.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        sessions: Sessions,
        own_urls: Sequence[str],
        api_url: str,
        recheck_seconds: float = RECHECK_SECONDS,
    ) -> None:
        self._app = app
        self._sessions = sessions
        parts = [urlsplit(url.lower()) for url in own_urls]
        self._hosts = {part.netloc for part in parts}
        self._origins = [f"{part.scheme}://{part.netloc}" for part in parts]
        self._home_url = f"{api_url.rstrip('/')}/"
        self._sign_in_url = f"{self._home_url}pages/login"
        self._recheck_seconds = recheck_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, _framed_by_nobody(send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        answer = self._answer_to_anybody(scope, headers)
        if answer is None:
            try:
                account = await self._account(scope)
            except GovernanceSilentError as error:
                answer = self._refusal(503, str(error), headers)
            else:
                answer = self._refusal_of(account, scope, headers)
                scope[ACCOUNT] = account
        if answer is None and scope["method"] == "POST":
            body, wrong = await read_query(receive)
            answer = self._refusal(*wrong, headers) if wrong else None
            receive = replaying(body, receive)
        await (answer or self._app)(scope, receive, send)

    def _answer_to_anybody(self, scope: Scope, headers: Headers) -> Response | None:
        """What needs no session to be refused, and whether the server is well."""
        path, method = scope["path"], scope["method"]
        if headers.get("host", "").lower() not in self._hosts:
            return self._refusal(421, f"This server is {self._origins[0]}: open it by that address.", headers)
        if path == HEALTH:
            return JSONResponse({"is_well": True})
        if path.startswith(CLOSED):
            return self._refusal(404, "There is no such page here: go back to the beginning.", headers)
        if method not in ({"POST"} if path == GRAPHQL else {"GET", "HEAD"}):
            return self._refusal(405, "This is not how it is asked: send queries by POST /graphql.", headers)
        return None

    def _refusal_of(self, account: Account | None, scope: Scope, headers: Headers) -> Response | None:
        if account is None:
            return self._sent_to_sign_in(scope, headers)
        if not account.may_read:
            sentence = "This needs the role admin, power_user, analyst or guardian: ask an admin to assign it to you."
            return self._refusal(403, sentence, headers)
        if scope["method"] != "POST":
            return None
        if not self._is_own_origin(account, headers):
            sentence = f"This was sent from a page of another address: repeat it at {self._origins[0]}."
            return self._refusal(403, sentence, headers)
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return self._refusal(415, "The body is not JSON: send it as application/json.", headers)
        return None

    def _sent_to_sign_in(self, scope: Scope, headers: Headers) -> Response:
        if scope["method"] == "GET" and is_for_people(headers):
            query = f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
            wanted = self._origins[0] + quote(scope["path"]) + query
            return RedirectResponse(f"{self._sign_in_url}?return_to={quote(wanted, safe='')}", 303)
        return self._refusal(401, f"You are not signed in: sign in at {self._sign_in_url}.", headers)

    def _refusal(self, status: int, sentence: str, headers: Headers) -> Response:
        return refusal(status, sentence, headers, home=self._home_url)

    def _is_own_origin(self, account: Account, headers: Headers) -> bool:
        """Programs that send a token need not name an origin; a browser that is led by another site always does."""
        origin = headers.get("origin")
        return origin.lower() in self._origins if origin is not None else not account.is_cookie

    async def _account(self, scope: Scope) -> Account | None:
        asked = HTTPConnection(scope)
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return await run_in_threadpool(self._sessions.find, token.strip(), is_cookie=False)
        secret = asked.cookies.get(SESSION_COOKIE)
        return await run_in_threadpool(self._sessions.find, secret, is_cookie=True) if secret else None

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        account = None
        if headers.get("host", "").lower() in self._hosts and scope["path"] == GRAPHQL:
            account = await self._reader(scope)
        if account is None or not self._is_own_origin(account, headers):
            await receive()
            await send({"type": "websocket.close", "code": REFUSED_SOCKET})
            return
        scope[ACCOUNT] = account

        async def is_signed_in() -> bool:
            """As the one who opened it, with the same roles: what it shows was decided by these."""
            return await self._reader(scope) == account

        await serve_while_signed_in(self._app, scope, receive, send, is_signed_in, every=self._recheck_seconds)

    async def _reader(self, scope: Scope) -> Account | None:
        try:
            account = await self._account(scope)
        except GovernanceSilentError:
            return None
        return account if account is not None and account.may_read else None


def _framed_by_nobody(send: Send) -> Send:
    """Pages of other ports carry the session along: none of them may show ours inside its own and catch clicks."""

    async def send_unframed(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["X-Frame-Options"] = "DENY"
        await send(message)

    return send_unframed
