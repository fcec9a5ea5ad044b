"""Which passwords are accepted: long ones that are not guessed first."""

import pytest

from governance_api.accounts.errors import PASSWORD_MIN, PasswordTooCommonError, PasswordTooShortError
from governance_api.accounts.passwords import check_password


@pytest.mark.parametrize(
    "password",
    [
        *("passwordpassword", "Password123456", "qwertyuiop123", "123456789012", "letmein12345", "iloveyou1234"),
        *("aaaaaaaaaaaa", "abcabcabcabc", "P4ssw0rd1234", "administrator1", "taskmining2025", "x" * 1_024),
        *("mia.miller.2025", "MillerMiller!1"),
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordTooCommonError, match="four or more words"):
        check_password(password, login="mia.miller", display_name="Mia Miller")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "giraffe lamp ocean violin",
        "kX9v2mQ8rT1z",
        "Grün ist der Käse am Montag",
        "月光照在窗前的小木桌上" + "晚",
    ],
)
def test_what_nobody_guesses_is_accepted(password: str) -> None:
    check_password(password, login="mia.miller", display_name="Mia Miller")


def test_a_short_password_is_refused_whatever_is_in_it() -> None:
    with pytest.raises(PasswordTooShortError, match=f"at least {PASSWORD_MIN}"):
        check_password("kX9v2mQ8rT1", login="mia", display_name="Mia")
