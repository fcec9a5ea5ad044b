"""Why a page is not shown or a form not accepted."""

from governance_api.errors import ForbiddenError, RefusedError, UnauthenticatedError


class PageNeedsSignInError(UnauthenticatedError):
    """Nobody is signed in on this browser; answered with the sign-in page."""

    def __init__(self) -> None:
        super().__init__("You are not signed in, or were signed out after some hours: sign in again.")


class FormForgedError(ForbiddenError):
    """The form does not carry this session's secret: it was sent from elsewhere, or is from an earlier session."""

    def __init__(self) -> None:
        super().__init__("This form is from an earlier session: go back, load the page again and repeat.")


class PasswordMistypedError(RefusedError):
    """The new password was typed in two ways."""

    def __init__(self) -> None:
        super().__init__("The new password was not typed the same twice: type it again in both fields.")
