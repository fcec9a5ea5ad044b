"""What a provider says is believed where it is genuine: a token of another issuer, key, client or time is refused.

The provider here says whatever a test wants said, as one that is broken or attacked would.
"""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from governance_api.openid.errors import SignInNotFinishedError
from governance_api.openid.provider import LEEWAY_SECONDS, Provider
from governance_api.settings import OpenIdSettings
from standalone.ports import LOOPBACK

CLIENT, SECRET = "task-mining", "known-to-both-and-long-enough-to-sign-with"
KEY, OTHER_KEY = (ECKey.generate_key("P-256", parameters={"kid": "the-key"}) for _ in range(2))
Claims = dict[str, Any]


class SayingProvider(ThreadingHTTPServer):
    """Answers each path with `said`; `id_token` is what it gives for a code."""

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Answering)
        self.issuer = f"http://{LOOPBACK}:{self.server_address[1]}"
        self.id_token = ""
        self.said: dict[str, Claims] = {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/me",
            },
            "/keys": {"keys": [KEY.as_dict(private=False)]},
            "/me": {"sub": "s-1", "preferred_username": "olga"},
        }


class _Answering(BaseHTTPRequestHandler):
    server: SayingProvider

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        token = {"access_token": "an-access-token", "token_type": "Bearer", "id_token": self.server.id_token}
        body = json.dumps(token if self.path == "/token" else self.server.said[self.path]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815 - names of the base class

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Silent."""


@pytest.fixture
def saying() -> Iterator[SayingProvider]:
    with SayingProvider() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def signed(claims: Claims) -> str:
    return jwt.encode({"alg": "ES256", "kid": "the-key"}, claims, KEY)


def sign_in(saying: SayingProvider, change: Claims, sign: Callable[[Claims], str] = signed) -> Claims:
    """Somebody comes back with a code; the token for it has the changed claims (None: without), times from now on."""
    settings = OpenIdSettings(issuer=saying.issuer, client_id=CLIENT, client_secret=SECRET)
    provider = Provider(settings, redirect_uri="http://127.0.0.1/back")
    secret, address = provider.begin()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    good: Claims = {"iss": saying.issuer, "aud": CLIENT, "sub": "s-1", "nonce": asked["nonce"], "iat": 0, "exp": 300}
    told = {name: value for name, value in (good | change).items() if value is not None}
    now = int(time.time())
    saying.id_token = sign({name: now + value if name in {"iat", "exp"} else value for name, value in told.items()})
    return dict(provider.finish(secret, {"code": "a-code", "state": asked["state"]}))


def test_a_genuine_token_says_who_it_is(saying: SayingProvider) -> None:
    claims = sign_in(saying, {})
    assert (claims["sub"], claims["preferred_username"]) == ("s-1", "olga")
    assert sign_in(saying, {"aud": [CLIENT, "another-client"], "azp": CLIENT})["sub"] == "s-1"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": None},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"nonce": "of-another-sign-in"},
        {"nonce": None},
        {"exp": -LEEWAY_SECONDS - 60},
        {"exp": None},
        {"iat": 3_600, "exp": 7_200},
        {"sub": None},
        {"at_hash": "bm90LW9mLXRoaXMtdG9rZW4"},
    ],
    ids=str,
)
def test_a_token_that_was_not_made_for_this_sign_in_is_refused(saying: SayingProvider, change: Claims) -> None:
    with pytest.raises(SignInNotFinishedError, match="the ID token is not good"):
        sign_in(saying, change)


def _by_another_key(claims: Claims) -> str:
    return jwt.encode({"alg": "ES256", "kid": "the-key"}, claims, OTHER_KEY)


def _by_the_clients_secret(claims: Claims) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


def _by_nobody(claims: Claims) -> str:
    parts = [json.dumps(each).encode() for each in ({"alg": "none"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), ""])


def _altered(claims: Claims) -> str:
    header, _, signature = signed(claims | {"sub": "s-2"}).split(".")
    return ".".join([header, signed(claims).split(".")[1], signature])


def _not_at_all(claims: Claims) -> str:
    return ""


@pytest.mark.parametrize("sign", [_by_another_key, _by_the_clients_secret, _by_nobody, _altered, _not_at_all])
def test_a_token_that_the_provider_did_not_sign_is_refused(
    saying: SayingProvider, sign: Callable[[Claims], str]
) -> None:
    with pytest.raises(SignInNotFinishedError, match="the ID token is not good"):
        sign_in(saying, {}, sign)


def test_what_is_said_of_somebody_else_is_not_taken(saying: SayingProvider) -> None:
    saying.said["/me"] = {"sub": "s-2", "preferred_username": "admin"}
    with pytest.raises(SignInNotFinishedError, match="describes somebody else"):
        sign_in(saying, {})
