"""Why the identity provider's word does not sign somebody in."""

from typing import ClassVar

from governance_api.errors import ConflictError, ForbiddenError, GovernanceError, UnauthenticatedError, WayIn


class ProviderUnreachableError(GovernanceError):
    """The provider does not answer, or not as OpenID Connect says."""

    status = 503

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Your organisation's sign-in does not answer as it should ({what}): try again in a moment, or tell the "
            "operator, who finds its address in TASK_MINING_OPENID_ISSUER."
        )


class SignInNotFinishedError(UnauthenticatedError):
    """The answer does not belong to a sign-in that this browser began, or was used already, or is not genuine."""

    way_in = WayIn.OPENID

    def __init__(self, what: str) -> None:
        super().__init__(f"The sign-in through your organisation was not finished ({what}): begin it again.")


class LoginOfAnotherError(ConflictError):
    """An account of that login exists and is not this person's to take."""

    way_in = WayIn.OPENID

    def __init__(self, login: str, account_id: int | None) -> None:
        self.account_id = account_id
        super().__init__(
            f"The login {login} belongs to an account that does not sign in through your organisation: ask an admin to "
            "rename or close it.",
            login=login,
        )


class NoRoleHereError(ForbiddenError):
    """The provider's groups give no role. Remembered, so that roles of earlier days are gone."""

    is_remembered: ClassVar[bool] = True
    way_in = WayIn.OPENID

    def __init__(self, login: str, account_id: int | None = None) -> None:
        self.account_id = account_id
        super().__init__(
            f"Your organisation knows you as {login} but gives you no role here: ask for a group that has one.",
            login=login,
        )


class AccountClosedError(ForbiddenError):
    """The account was closed here, whatever the provider says."""

    way_in = WayIn.OPENID

    def __init__(self, login: str, account_id: int) -> None:
        self.account_id = account_id
        super().__init__(f"The account {login} is closed: ask an admin to open it again.", login=login)
