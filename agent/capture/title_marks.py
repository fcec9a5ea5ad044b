"""Knows a page's title again in the title of a window, without keeping it: by its length and a keyed hash."""

import os
from hashlib import blake2b

import msgspec

from agent.capture.browser_titles import plain_title

COMPARED = 200
"""A window may cut a long title."""


class TitleMark(msgspec.Struct, frozen=True):
    """`digest` is of the first `COMPARED` characters."""

    length: int
    digest: bytes


class TitleMarks:
    """Marks of one process: nobody else can tell what they are of."""

    def __init__(self) -> None:
        self._key = os.urandom(16)

    def mark(self, page_title: str) -> TitleMark:
        plain = plain_title(page_title)
        return TitleMark(len(plain), self._digest(plain))

    def find(self, window_title: str, mark: TitleMark) -> str:
        """The page's title as the window shows it at its start (an installed page at its end); "" if it does not."""
        shown, length = plain_title(window_title), mark.length
        if not length:
            return ""
        if length > COMPARED:
            return shown[:length] if self._digest(shown) == mark.digest else ""
        if shown[length : length + 1] in {"", " "} and self._digest(shown[:length]) == mark.digest:
            return shown[:length]
        is_at_end = shown[: len(shown) - length].endswith(" - ") and self._digest(shown[-length:]) == mark.digest
        return shown[-length:] if is_at_end else ""

    def _digest(self, plain: str) -> bytes:
        compared = plain[:COMPARED].rstrip()
        return blake2b(compared.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()
