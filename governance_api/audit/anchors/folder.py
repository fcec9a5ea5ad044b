"""The folder outside the database: the key that signs anchors, and the file they are appended to."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY = "anchor.key"
PUBLIC_KEY = "anchor.pub"
ANCHORS = "anchors.jsonl"
DELIVERED = "delivered"


class AnchorFolder:
    """Its owner's alone. Several processes of the service may share it: `appending` lets one in at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Makes the folder and, once, the key. Raises OSError."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        with self._locked():
            if not (self.path / KEY).exists():
                self._make_key()

    def private_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes((self.path / KEY).read_bytes())

    def public_key(self) -> Ed25519PublicKey:
        return self.private_key().public_key()

    def public_key_pem(self) -> str:
        """For those who verify copies of anchors themselves."""
        encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return self.public_key().public_bytes(encoding, form).decode()

    def lines(self) -> list[str]:
        """Of the file of anchors; none when there is no file."""
        try:
            return (self.path / ANCHORS).read_text().splitlines()
        except FileNotFoundError:
            return []

    @contextmanager
    def appending(self) -> Iterator[list[str]]:
        """The lines there are, while nobody else may append."""
        with self._locked():
            yield self.lines()

    def append(self, line: str) -> None:
        """Durable when the call returns. Only inside `appending`."""
        descriptor = os.open(self.path / ANCHORS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def delivered(self) -> int:
        """The number of the last anchor that is known to have arrived elsewhere."""
        try:
            return int((self.path / DELIVERED).read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def note_delivered(self, number: int) -> None:
        (self.path / DELIVERED).write_text(f"{number}\n")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.path / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _make_key(self) -> None:
        key = Ed25519PrivateKey.generate()
        unfinished = self.path / f"{KEY}.new"
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.private_bytes_raw())
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self.path / KEY)
        (self.path / PUBLIC_KEY).write_text(self.public_key_pem())
