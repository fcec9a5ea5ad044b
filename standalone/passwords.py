"""Generates a password once and keeps it in the state folder, readable by its owner only.

Add a password in `settings._passwords`, with the variable that overrides it.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

FOLDER = "passwords"
RANDOM_BYTES = 24
"""Written as 32 characters: as many as signing with HMAC-SHA-256 asks of a key (RFC 7518, 3.2)."""

OURS = ("TASK_MINING_", "SUPERSET_", "DAGSTER_")
SECRETS = (
    "_PASSWORD",
    "_SECRET",
    "_SECRET_KEY",
    "_TOKEN",
    "_DATABASE_URL",
    "_SIGN_IN_URL",
    "_METADATA_URI",
    "_SMTP_URL",
)
"""How the variables begin and end that hold a secret of ours."""


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """What a process may inherit from whoever starts it; its own secrets it is told by name."""
    return {
        name: value for name, value in environment.items() if not (name.startswith(OURS) and name.endswith(SECRETS))
    }


def stored_password(home: Path, name: str) -> str:
    """The password of that name; generated on first use. Safe against two processes asking at once."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = folder / name
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_when_written(path)
    with os.fdopen(descriptor, "w") as file:
        password = secrets.token_urlsafe(RANDOM_BYTES)
        file.write(password)
    return password


def _read_when_written(path: Path) -> str:
    # Its creator may be between open and write: an empty file is written again by nobody else.
    for _ in range(1_000):
        if password := path.read_text():
            return password
    path.unlink()
    return stored_password(path.parent.parent, path.name)


def derived_password(secret: str, name: str) -> str:
    """The password of that name under a secret: nothing has to be stored. `superset/viewers.py` derives the same."""
    return hmac.new(secret.encode(), f"password of {name}".encode(), hashlib.sha256).hexdigest()
