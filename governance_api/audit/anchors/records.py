"""What an anchor says of the audit log at one moment, signed, and the check of a whole file of them."""

import hashlib
import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: What the first anchor follows.
BEGINNING = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """One line of the file of anchors. `previous` is the SHA-256 of the line before, `signature` Ed25519 in Base64."""

    number: int
    """Counted from 1."""
    audit_entry_id: int
    """The last entry there was; 0 in an empty log."""
    entry_count: int
    head_digest: str
    anchored_at: datetime
    previous: str
    signature: str = ""

    def line(self) -> str:
        """The anchor as JSON, without a line end."""
        return json.dumps(asdict(self) | {"anchored_at": self.anchored_at.astimezone(UTC).isoformat()})

    def digest(self) -> str:
        return hashlib.sha256(self.line().encode()).hexdigest()

    def _signed(self) -> bytes:
        return replace(self, signature="").line().encode()

    def sign(self, key: Ed25519PrivateKey) -> "Anchor":
        return replace(self, signature=b64encode(key.sign(self._signed())).decode())

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        try:
            key.verify(b64decode(self.signature, validate=True), self._signed())
        except (InvalidSignature, Base64Error):
            return False
        return True


def parse_anchor(line: str) -> Anchor:
    """Raises ValueError for a line that is no anchor, and for one that is written otherwise than `line` does."""
    try:
        fields = json.loads(line)
        anchor = Anchor(**fields | {"anchored_at": datetime.fromisoformat(fields["anchored_at"])})
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("it is no anchor") from error
    if anchor.anchored_at.tzinfo is None or anchor.line() != line:
        raise ValueError("it is written otherwise than anchors are")
    return anchor


def read_anchors(lines: Sequence[str], key: Ed25519PublicKey, *, is_whole: bool) -> tuple[list[Anchor], list[str]]:
    """The anchors that can be trusted, in order, and one sentence for everything that is wrong with the lines.

    The whole file has every number from 1; lines that somebody kept may leave some out.
    """
    trusted: list[Anchor] = []
    faults: list[str] = []
    for place, line in enumerate(lines, start=1):
        try:
            anchor = parse_anchor(line)
        except ValueError as error:
            faults.append(
                f"Line {place} of the anchors cannot be used ({error}): compare it with a copy kept elsewhere."
            )
            continue
        if not anchor.is_signed_by(key):
            faults.append(
                f"Anchor {anchor.number} does not carry the signature of this service: it was changed or made up."
            )
            continue
        if fault := _fault_of_order(trusted[-1] if trusted else None, anchor, is_whole=is_whole):
            faults.append(fault)
        trusted.append(anchor)
    return trusted, faults


def _fault_of_order(former: Anchor | None, anchor: Anchor, *, is_whole: bool) -> str | None:
    number = former.number if former else 0
    if is_whole and anchor.number > number + 1:
        return (
            f"Before anchor {anchor.number}, {anchor.number - number - 1} anchors are missing: lines were taken away."
        )
    if former is None:
        return None
    if anchor.number <= former.number:
        return f"Anchor {anchor.number} stands after anchor {former.number}: lines were exchanged or repeated."
    if anchor.number == former.number + 1 and anchor.previous != former.digest():
        return f"Anchor {anchor.number} does not follow anchor {former.number}: one of them was exchanged."
    if anchor.entry_count < former.entry_count:
        return (
            f"Anchor {anchor.number} saw {anchor.entry_count} entries where anchor {former.number} had seen "
            f"{former.entry_count}: entries had been taken away before {anchor.anchored_at:%Y-%m-%d %H:%M} UTC."
        )
    return None
