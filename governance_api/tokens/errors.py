"""Why somebody is not signed in. No error says whether the login exists."""

from typing import ClassVar

from governance_api.errors import ForbiddenError, NotFoundError, TooManyAttemptsError, UnauthenticatedError, WayIn


class SignInRefusedError(UnauthenticatedError):
    """Login and password do not fit. Remembered, so that guesses are counted."""

    is_remembered: ClassVar[bool] = True
    way_in = WayIn.PASSWORD

    def __init__(self, account_id: int | None) -> None:
        self.account_id = account_id
        super().__init__("Login and password do not fit: check both, or ask an admin for a new password.")


class LocalSignInOffError(ForbiddenError):
    """Passwords that are kept here are switched off, but for one account."""

    way_in = WayIn.PASSWORD

    def __init__(self, account_id: int | None) -> None:
        self.account_id = account_id
        super().__init__("Signing in with a password is switched off here: sign in through your organisation.")


class CurrentPasswordRefusedError(ForbiddenError):
    """Who changes a password must know the present one. Remembered, so that guesses are counted."""

    is_remembered: ClassVar[bool] = True
    way_in = WayIn.CURRENT_PASSWORD

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id
        super().__init__("The current password does not fit: type it again, or ask an admin for a new password.")


class TokenUnknownError(UnauthenticatedError):
    """The token is unknown, expired, idle for too long, revoked, or its account was closed.

    With a `way_in` where it is none that this service knows, or is shown where it does not count.
    """

    def __init__(self, way_in: WayIn | None = None, *, account_id: int | None = None) -> None:
        self.way_in, self.account_id = way_in, account_id
        super().__init__("The access token is not valid or has expired: sign in again with POST /tokens.")


class SessionUnknownError(NotFoundError):
    """No session has that id, or it is somebody else's."""

    def __init__(self, access_token_id: int) -> None:
        super().__init__(f"There is no session {access_token_id}: see GET /sessions for those there are.")


class TooManySignInsError(TooManyAttemptsError):
    """Too many failed sign-ins for this login."""

    way_in = WayIn.HELD_BACK

    def __init__(self, account_id: int | None, *, retry_after_seconds: int) -> None:
        self.account_id = account_id
        super().__init__(
            f"Too many failed sign-ins: wait {retry_after_seconds} seconds and try again.",
            retry_after_seconds=retry_after_seconds,
        )
