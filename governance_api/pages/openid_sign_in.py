"""Signing in through the organization's identity provider: led there by a link, and what happens on the way back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from governance_api.clock import Now
from governance_api.database import Transaction
from governance_api.errors import NotFoundError
from governance_api.openid.service import Provider, finish_sign_in
from governance_api.pages.cookies import is_encrypted, set_session_cookie
from governance_api.pages.rendering import LOGIN
from governance_api.pages.returning import place_after_sign_in
from governance_api.pages.signing_in import HOME, led_to
from governance_api.security.addresses import address_of
from governance_api.settings import Settings

router = APIRouter(include_in_schema=False)

FOLDER = "/pages/openid"
BEGIN = f"{FOLDER}/begin"
CALLBACK = f"{FOLDER}/callback"
OPENID_COOKIE = "task_mining_openid"
#: How long somebody may take at the provider.
MINUTES = 15


class NoProviderError(NotFoundError):
    """Nobody signs in through a provider here."""

    def __init__(self) -> None:
        super().__init__("No identity provider is set up here: sign in with your password.")


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.openid
    if provider is None:
        raise NoProviderError
    return provider


TheProvider = Annotated[Provider, Depends(_provider)]


@router.get(BEGIN)
def begin(request: Request, provider: TheProvider) -> Response:
    secret, address = provider.begin()
    answer = RedirectResponse(address)
    # Lax: the way back is a link from another site.
    answer.set_cookie(
        OPENID_COOKIE,
        secret,
        max_age=MINUTES * 60,
        path=FOLDER,
        httponly=True,
        samesite="lax",
        secure=is_encrypted(request),
    )
    return answer


@router.get(CALLBACK)
def finish(request: Request, provider: TheProvider, transaction: Transaction, now: Now) -> Response:
    opened = finish_sign_in(
        transaction,
        provider,
        secret=request.cookies.get(OPENID_COOKIE, ""),
        answer=dict(request.query_params),
        address=address_of(request),
        client=request.headers.get("user-agent", ""),
        now=now,
    )
    answer = led_to(place_after_sign_in(request, HOME))
    set_session_cookie(request, answer, opened.access_token, expires_at=opened.expires_at, now=now)
    answer.delete_cookie(OPENID_COOKIE, path=FOLDER)
    return answer


@router.get(f"{FOLDER}/sign-out")
def sign_out_there(request: Request, provider: TheProvider) -> Response:
    """Led to by a link, after the session here has ended."""
    settings: Settings = request.app.state.settings
    login = f"{settings.api_url.rstrip('/')}{LOGIN}"
    return RedirectResponse(provider.sign_out_address(then=login) or login)
