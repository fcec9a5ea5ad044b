"""Bodies of signing in, of one's sessions and one's password."""

from datetime import datetime

from governance_api.edge.schemas import Answer, Body, Login, Secret
from governance_api.security.roles import Role
from governance_api.tokens.tables import SessionKind


class SignIn(Body):
    login: Login
    password: Secret


class TokenAnswer(Answer):
    """Send `access_token` as `Authorization: Bearer …` until `expires_at`."""

    access_token: str
    expires_at: datetime


class SessionAnswer(Answer):
    """One session of an account. `client` is what the browser or program called itself."""

    access_token_id: int
    kind: SessionKind
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime | None
    address: str
    client: str
    is_current: bool


class CurrentSessionAnswer(Answer):
    """Who a cookie or token speaks for now. Another server may go by it for `good_for_seconds`, then asks again."""

    access_token_id: int
    account_id: int
    login: str
    display_name: str
    roles: list[Role]
    expires_at: datetime | None
    good_for_seconds: int


class SessionEnding(Body):
    """`session_secret` is the cookie of whoever signed out at another server of the product."""

    session_secret: Secret


class PasswordChange(Body):
    current_password: Secret
    new_password: Secret
