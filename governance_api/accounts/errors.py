"""Why something about an account is refused."""

from governance_api.errors import ConflictError, NotFoundError, RefusedError

PASSWORD_MIN = 12


class AccountUnknownError(NotFoundError):
    """No account has that id or login."""

    def __init__(self, account: int | str) -> None:
        remedy = "check how it is written, or ask an admin" if isinstance(account, str) else "ask an admin for its id"
        super().__init__(f"There is no account {account}: {remedy}.", account=account)


class LoginTakenError(ConflictError):
    """Two accounts cannot have one login, however it is written."""

    def __init__(self, login: str) -> None:
        super().__init__(f"The login {login} is taken by another account: choose another login.", login=login)


class PasswordTooShortError(RefusedError):
    """Short passwords are guessed, whatever is in them."""

    def __init__(self) -> None:
        super().__init__(f"The password is too short: choose one of at least {PASSWORD_MIN} characters.")


class PasswordTooCommonError(RefusedError):
    """The password is made of what is tried first: breached passwords, common words, names, the owner's own."""

    def __init__(self) -> None:
        super().__init__(
            "The password is among those that are guessed first (breached passwords, common words, repetitions, your "
            "own name): choose another one, such as four or more words that have nothing to do with each other."
        )


class LastAdminError(ConflictError):
    """Somebody must remain who can assign roles."""

    def __init__(self) -> None:
        super().__init__("This is the last active admin: make another account admin first.")
