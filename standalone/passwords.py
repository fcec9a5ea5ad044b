"""Generates a password once and keeps it in the state folder, readable by its owner only.

Add a password in `settings._passwords`, with the variable that overrides it.
"""

import os
import secrets
from pathlib import Path

FOLDER = "passwords"
RANDOM_BYTES = 24
"""Written as 32 characters: as many as signing with HMAC-SHA-256 asks of a key (RFC 7518, 3.2)."""


def stored_password(home: Path, name: str) -> str:
    """The password of that name; generated on first use. Safe against two processes asking at once."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
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
