"""A context, (application, window title, URL), and its stable key."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Annotated

import msgspec
from msgspec import Meta

APPLICATION_MAX = 256
WINDOW_TITLE_MAX = 4096
URL_MAX = 4096

#: What a masked attribute reads when the configuration names no other word.
DEFAULT_REPLACEMENT = "BLOCKLISTED"

#: The key of the context that an excluding event filter leaves behind: attention was on something not recorded.
EXCLUDED_CONTEXT_KEY = 0


class Context(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """Where attention is. An empty string means "not known".

    Three of them: attention is on something that is not recorded.
    """

    application: Annotated[str, Meta(max_length=APPLICATION_MAX)] = ""
    window_title: Annotated[str, Meta(max_length=WINDOW_TITLE_MAX)] = ""
    url: Annotated[str, Meta(max_length=URL_MAX)] = ""

    @property
    def key(self) -> int:
        return context_key(self.application, self.window_title, self.url)


def stable_key(parts: Iterable[str]) -> int:
    """A positive 63-bit key of some strings, the same on every machine and in every release.

    blake2b over length-prefixed UTF-8 (so that ("ab", "c") and ("a", "bc") differ), 8 bytes, shifted right by one:
    a signed 64-bit column of any engine holds it. 0 is never returned; it stands for the excluded context.
    """
    digest = blake2b(digest_size=8)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(4, "little"))
        digest.update(encoded)
    return (int.from_bytes(digest.digest(), "little") >> 1) or 1


def context_key(application: str, window_title: str, url: str) -> int:
    """The key under which a context is stored. Two contexts with one key are a collision and must be refused.

    A context of three empty strings is what remains of one that was excluded on the workstation, and has its key.
    """
    if not (application or window_title or url):
        return EXCLUDED_CONTEXT_KEY
    return stable_key((application, window_title, url))
