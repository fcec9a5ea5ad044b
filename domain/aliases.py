"""How a person is named inside one project: login, initials, or a code that only the project's key can make.

The keys, and which level a project may use, are the governance API's business.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from hashlib import sha256
from hmac import new as new_hmac

from domain.errors import DomainError

CODE_PREFIX = "WU-"
CODE_LENGTH = 6
MIN_KEY_BYTES = 16


class AnonymizationLevel(StrEnum):
    """From the least to the most anonymous, in this order."""

    LOGIN_NAME = "login_name"
    INITIALS = "initials"
    ANONYMIZED_CODE = "anonymized_code"

    def is_at_least(self, other: "AnonymizationLevel") -> bool:
        """Whether this level hides as much as the other."""
        levels = list(AnonymizationLevel)
        return levels.index(self) >= levels.index(other)


def alias(level: AnonymizationLevel, key: bytes, login: str, display_name: str, *, length: int = CODE_LENGTH) -> str:
    """One person's alias. `aliases` also keeps the aliases of a project apart."""
    if level is AnonymizationLevel.LOGIN_NAME:
        return login
    if level is AnonymizationLevel.INITIALS:
        return initials(display_name) or _code(key, login, length)
    return CODE_PREFIX + _code(key, login, length)


def aliases(level: AnonymizationLevel, key: bytes, people: Mapping[str, str]) -> dict[str, str]:
    """Distinct aliases for all people of a project, by login; `people` maps logins to display names.

    Where two codes collide, all codes of the project are longer; where initials do, these carry a code behind them.
    """
    if level is not AnonymizationLevel.INITIALS:
        return _distinct(people, lambda login, length: alias(level, key, login, people[login], length=length))
    named = {login: alias(level, key, login, display_name) for login, display_name in people.items()}
    shared = [login for login in named if list(named.values()).count(named[login]) > 1]
    return named | _distinct(shared, lambda login, length: f"{named[login]} {_code(key, login, length)}")


def initials(display_name: str) -> str:
    """The first letters of the first three words; a hyphen parts words."""
    return "".join(word[0].upper() for word in display_name.replace("-", " ").split()[:3])


def _code(key: bytes, login: str, length: int) -> str:
    if len(key) < MIN_KEY_BYTES:
        raise DomainError(f"The alias key has {len(key)} bytes: make one of at least {MIN_KEY_BYTES} random bytes.")
    return new_hmac(key, login.encode(), sha256).hexdigest()[:length].upper()


def _distinct(logins: Mapping[str, str] | list[str], name: Callable[[str, int], str]) -> dict[str, str]:
    for length in range(CODE_LENGTH, 64, 2):
        named = {login: name(login, length) for login in logins}
        if len(set(named.values())) == len(named):
            return named
    raise DomainError("Two people of the project have one login: correct the list of workstation users.")
