"""Why somebody is not signed in. No error says whether the login exists."""

from typing import ClassVar

from governance_api.errors import TooManyAttemptsError, UnauthenticatedError


class SignInRefusedError(UnauthenticatedError):
    """Login and password do not fit. Remembered, so that guesses are counted."""

    is_remembered: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__("Login and password do not fit: check both, or ask an admin for a new password.")


class TokenUnknownError(UnauthenticatedError):
    """The token is unknown, expired, revoked, or its account was closed."""

    def __init__(self) -> None:
        super().__init__("The access token is not valid or has expired: sign in again with POST /tokens.")


class TooManySignInsError(TooManyAttemptsError):
    """Too many failed sign-ins for this login or from this address."""

    def __init__(self, *, retry_after_seconds: int) -> None:
        super().__init__(
            f"Too many failed sign-ins: wait {retry_after_seconds} seconds and try again.",
            retry_after_seconds=retry_after_seconds,
        )
