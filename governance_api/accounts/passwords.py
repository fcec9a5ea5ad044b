"""Which passwords are accepted: long ones that nobody would guess from lists of breached passwords, words and names.

The lists (30,000 breached passwords, English words, names, films) and the arithmetic are zxcvbn's; nothing is asked of
another machine. There are no rules about kinds of characters: they make passwords worse.
"""

import re

from zxcvbn import zxcvbn

from governance_api.accounts.errors import PASSWORD_MIN, PasswordTooCommonError, PasswordTooShortError

#: Fewer guesses than this are made against a stolen database in no time: zxcvbn's step from 2 ("somewhat") to 3.
GUESSES_MIN = 10**8
#: Words of which every organization makes passwords.
OWN_WORDS = ("task", "mining", "taskmining", "superset", "dagster", "governance")
#: What must be left of a password after the words that everybody knows of its owner.
REST_MIN = 8
#: zxcvbn's work grows with the square of the length, and more characters make nothing easier to guess.
JUDGED_CHARACTERS = 72


def check_password(password: str, *, login: str, display_name: str) -> None:
    """Raises PasswordTooShortError, PasswordTooCommonError."""
    if len(password) < PASSWORD_MIN:
        raise PasswordTooShortError
    own = _words_of(f"{login} {display_name}")
    rest = password.casefold()
    for word in sorted(own, key=len, reverse=True):
        rest = rest.replace(word, "")
    judged = zxcvbn(password[:JUDGED_CHARACTERS], user_inputs=[*own, *OWN_WORDS], max_length=JUDGED_CHARACTERS)
    if judged["guesses"] < GUESSES_MIN or (len(rest) < REST_MIN and rest != password.casefold()):
        raise PasswordTooCommonError


def _words_of(text: str) -> set[str]:
    return {word for word in re.split(r"[\W_]+", text.casefold()) if len(word) > 2}
