"""Talks with the identity provider: Authorization Code flow with PKCE, by Authlib; what it says is verified here.

State, nonce and code verifier follow from one secret in a cookie of the browser that began, so that nothing is kept
on the server and no other browser can finish.
"""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.common.urls import add_params_to_uri  # type: ignore[import-untyped]
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from governance_api.openid.errors import ProviderUnreachableError, SignInNotFinishedError
from governance_api.settings import OpenIdSettings

ANSWER_SECONDS = 10
METADATA_SECONDS = 3_600
LEEWAY_SECONDS = 60
#: Signatures that only the provider can make; never `none`, never one made with the client's own secret.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
REQUIRED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class Provider:
    """One provider; what it publishes about itself is asked for once an hour."""

    def __init__(self, settings: OpenIdSettings, *, redirect_uri: str) -> None:
        self.settings = settings
        self.redirect_uri = redirect_uri
        self._lock = threading.Lock()
        self._metadata: tuple[float, dict[str, Any]] | None = None

    def begin(self) -> tuple[str, str]:
        """(secret for the browser's cookie, address to lead the browser to)."""
        secret = secrets.token_urlsafe(32)
        address, _ = self._client().create_authorization_url(
            self._published()["authorization_endpoint"],
            state=_derived(secret, "state"),
            nonce=_derived(secret, "nonce"),
            code_verifier=_derived(secret, "verifier"),
        )
        return secret, str(address)

    def finish(self, secret: str, answer: Mapping[str, str]) -> Mapping[str, Any]:
        """The verified claims of whoever signed in. Raises SignInNotFinishedError, ProviderUnreachableError."""
        published = self._published()
        if not secret or not hmac.compare_digest(answer.get("state", "").encode(), _derived(secret, "state").encode()):
            raise SignInNotFinishedError("it was not begun in this browser, or too long ago")
        if answer.get("iss", published["issuer"]) != published["issuer"]:
            raise SignInNotFinishedError("another provider answered")
        if "error" in answer:
            raise SignInNotFinishedError(f"the provider says {answer['error'][:60]!r}")
        token = self._token(published, answer.get("code", ""), secret)
        claims = self._verified(published, token, nonce=_derived(secret, "nonce"))
        return {**self._user_info(published, token, subject=claims["sub"]), **claims}

    def sign_out_address(self, *, then: str) -> str | None:
        """Where the browser signs out at the provider too; None when the provider has no such place."""
        endpoint = self._published().get("end_session_endpoint")
        if not endpoint:
            return None
        parameters = {"client_id": self.settings.client_id, "post_logout_redirect_uri": then}
        return str(add_params_to_uri(endpoint, list(parameters.items())))

    def _client(self) -> OAuth2Session:
        return OAuth2Session(
            self.settings.client_id,
            self.settings.client_secret,
            scope=self.settings.scopes,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
        )

    def _token(self, published: Mapping[str, Any], code: str, secret: str) -> Mapping[str, Any]:
        try:
            token: Mapping[str, Any] = self._client().fetch_token(
                published["token_endpoint"],
                code=code,
                code_verifier=_derived(secret, "verifier"),
                timeout=ANSWER_SECONDS,
            )
        except AuthlibBaseError as error:
            raise SignInNotFinishedError(f"the provider says {str(error.error)[:60]!r}") from error
        except (requests.RequestException, ValueError) as error:
            raise ProviderUnreachableError(type(error).__name__) from error
        return token

    def _verified(self, published: Mapping[str, Any], token: Mapping[str, Any], *, nonce: str) -> dict[str, Any]:
        """The ID token's claims, once its signature, issuer, audience, times and nonce are found right."""
        keys = self._get(published["jwks_uri"])
        try:
            read = jwt.decode(
                str(token.get("id_token", "")),
                KeySet.import_key_set(keys),  # type: ignore[arg-type]
                registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
            )
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={"iss": {"value": published["issuer"]}, "aud": {"value": self.settings.client_id}},
                params={"nonce": nonce, "client_id": self.settings.client_id, "access_token": token["access_token"]},
            )
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, KeyError) as error:
            raise SignInNotFinishedError(f"the ID token is not good: {str(error)[:80]}") from error
        return dict(claims)

    def _user_info(self, published: Mapping[str, Any], token: Mapping[str, Any], *, subject: str) -> dict[str, Any]:
        """What many providers keep out of the ID token; of the same person only."""
        endpoint = published.get("userinfo_endpoint")
        if not endpoint:
            return {}
        said = self._get(endpoint, headers={"Authorization": f"Bearer {token['access_token']}"})
        if said.get("sub") != subject:
            raise SignInNotFinishedError("the provider describes somebody else")
        return said

    def _published(self) -> dict[str, Any]:
        with self._lock:
            if self._metadata is None or self._metadata[0] + METADATA_SECONDS < time.monotonic():
                self._metadata = (time.monotonic(), self._discovered())
            return self._metadata[1]

    def _discovered(self) -> dict[str, Any]:
        issuer = self.settings.issuer
        published = self._get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if missing := [name for name in REQUIRED if not isinstance(published.get(name), str)]:
            raise ProviderUnreachableError(f"its configuration lacks {', '.join(missing)}")
        if published["issuer"] != issuer:
            raise ProviderUnreachableError(f"it calls itself {published['issuer'][:200]!r} instead of {issuer!r}")
        return published

    def _get(self, address: str, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            answer = requests.get(address, headers=headers, timeout=ANSWER_SECONDS, allow_redirects=False)
            answer.raise_for_status()
            read = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise ProviderUnreachableError(type(error).__name__) from error
        if not isinstance(read, dict):
            raise ProviderUnreachableError("it sends no JSON object")
        return read


def _derived(secret: str, purpose: str) -> str:
    """43 to 128 letters and digits, as PKCE asks; who knows one of them knows none of the others."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()
