"""Makes, stores and compares secrets: passwords by argon2, random tokens by their digest."""

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

#: OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane. Tests put a cheap one in its place.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

TOKEN_BYTES = 32


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Takes as long for an account that does not exist (None) as for one that does."""
    try:
        is_right = HASHER.verify(password_hash or _hash_of_nobody(), password)
    except VerificationError:
        return False
    return is_right and password_hash is not None


@cache
def _hash_of_nobody() -> str:
    return HASHER.hash(secrets.token_urlsafe())


def new_token(prefix: str) -> str:
    """256 random bits; the prefix says what kind of secret somebody has found."""
    return f"{prefix}_{secrets.token_urlsafe(TOKEN_BYTES)}"


def token_hash(token: str) -> str:
    """What is stored. A digest without salt suffices for 256 random bits, found by index."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
