"""Bodies of signing in."""

from datetime import datetime

from governance_api.edge.schemas import Answer, Body, Login, Secret


class SignIn(Body):
    login: Login
    password: Secret


class TokenAnswer(Answer):
    """Send `access_token` as `Authorization: Bearer …` until `expires_at`."""

    access_token: str
    expires_at: datetime
