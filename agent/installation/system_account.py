"""Reads under which account of the operating system this program runs: from the system, never from the environment."""

import os
import sys

from agent.settings import Enrolled, SettingsError
from domain.identity.workstation_accounts import WorkstationAccount


def read_account(platform: str = sys.platform) -> WorkstationAccount:
    """Raises SettingsError where the system does not know the account."""
    if platform == "win32":
        from agent.installation.windows_account import load_libraries, read_windows_account  # noqa: PLC0415 - ctypes

        return read_windows_account(load_libraries())
    return _read_posix_account()


def _read_posix_account() -> WorkstationAccount:
    """The account's own entry; with sssd or winbind its name may hold the domain."""
    import pwd  # noqa: PLC0415 - not on Windows

    number = os.getuid()
    try:
        entry = pwd.getpwuid(number)
    except KeyError as error:
        raise SettingsError(
            f"This computer knows no account with the number {number}: sign in with an account of your own."
        ) from error
    return WorkstationAccount(entry.pw_name, identifier=str(number))


def check_account(enrolled: Enrolled, found: WorkstationAccount) -> None:
    """Raises SettingsError where an enrolment was made by another account: a copied folder speaks for nobody."""
    known = enrolled.account
    if known is not None and (known.identifier, known.login) != (found.identifier, found.login):
        raise SettingsError(
            f"This agent was enrolled by the account {known.text}, and you are {found.text}: enrol one of your own."
        )
