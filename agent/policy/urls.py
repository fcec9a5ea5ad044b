"""Cuts a web address down to what may be recorded: where it points, never what it carries or whom it names.

`origin_and_path` is what event filters are asked about; `address_template` of it is what is written.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from domain.contexts import URL_MAX

PLACE = "{…}"
"""Stands for a segment of a path that names a thing or a person, or that opens something."""

_split: Callable[[str], SplitResult] = urlsplit.__wrapped__  # type: ignore[attr-defined]
"""Without the cache of the standard library, which would keep whole addresses."""

_WEB = frozenset({"http", "https"})
_WORDS_MAX, _WORD_MAX = 4, 24
_SLUG = re.compile(r"[A-Za-z]+(?:[-_][A-Za-z]+)*")
_VERSION = re.compile(r"v\d{1,2}(?:\.\d{1,2})?")
_PAGE = re.compile(r"(.+)\.(?:html?|php\d?|aspx?|jspx?|jsf|do|action|cgi|xhtml)", re.IGNORECASE)
_HEX = re.compile(r"[a-f]{8,}|[A-F]{8,}")
_TURN = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")
_CONSONANTS = re.compile(r"[^aeiouyäöüAEIOUY]{7,}")
_VOWEL = re.compile(r"[aeiouyAEIOUY]")

#: What follows one of these names a person, or a thing by a word of somebody's own.
_NAMED_AFTER = frozenset({
    "account", "accounts", "author", "authors", "by", "candidate", "candidates", "client", "clients", "colleague",
    "colleagues", "contact", "contacts", "customer", "customers", "employee", "employees", "file", "files", "folder",
    "folders", "in", "label", "labels", "member", "members", "mitarbeiter", "patient", "patients", "people",
    "person", "persons", "personen", "profile", "profiles", "q", "query", "search", "staff", "student", "students",
    "suche", "tag", "tags", "title", "topic", "topics", "u", "user", "users", "wiki",
})  # fmt: skip


def origin_and_path(url: str) -> str:
    """`https://user:pw@host:8443/a/b?c=d#e` → `https://host:8443/a/b`; of other schemes only the scheme is kept.

    An address that cannot be read yields "" (nothing is recorded of it).
    """
    try:
        parts = _split(url[: 4 * URL_MAX].strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in _WEB:
        return f"{parts.scheme}:" if parts.scheme else ""
    if not host:
        return ""
    shown_host = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown_host}" + (f":{port}" if port else "")
    path = parts.path.partition(";")[0]
    return (origin + path)[:URL_MAX]


def address_template(url: str) -> str:
    """The origin and the path, of which only plain words are kept: `https://crm.example/contacts/{…}/edit`."""
    kept = origin_and_path(url)
    scheme, mark, rest = kept.partition("://")
    if not mark:
        return kept
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}{slash}{path_template(path)}"[:URL_MAX]


def path_template(path: str) -> str:
    """A path without its segments that are no plain words, and without those that follow a word like "users"."""
    former, kept = "", []
    for segment in path.split("/"):
        shown = PLACE if segment and (former in _NAMED_AFTER or not _is_plain(segment)) else segment
        former = segment.casefold()
        kept.append(shown)
    return "/".join(kept)


@lru_cache(maxsize=1024)
def _is_plain_word(word: str) -> bool:
    """Not random: hexadecimal, long, without vowels, or with capitals all over."""
    if len(word) > _WORD_MAX or _HEX.fullmatch(word) or _CONSONANTS.search(word):
        return False
    if len(word) >= 7 and len(_VOWEL.findall(word)) * 6 < len(word):
        return False
    return len(_TURN.findall(word)) * 4 <= max(4, len(word))


def _is_plain(segment: str) -> bool:
    text = unquote(segment)
    page = _PAGE.fullmatch(text)
    text = page[1] if page else text
    if _VERSION.fullmatch(text):
        return True
    if _SLUG.fullmatch(text) is None:
        return False
    words = re.split("[-_]", text)
    return len(words) <= _WORDS_MAX and all(map(_is_plain_word, words))
