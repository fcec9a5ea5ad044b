"""Gives a text the one form in which it is recorded, compared, stored and shown, whoever sends it."""

import unicodedata

#: Unicode categories that become a space: control characters, and spaces of other widths and kinds.
_SPACES = frozenset({"Cc", "Zs", "Zl", "Zp"})
_FORMAT = "Cf"


def normalized(text: str) -> str:
    """The text in NFC as one line: single spaces between its words, none outside.

    Format characters (zero-width spaces, marks of direction, soft hyphens) are removed, controls and all spaces become
    a space, halves of surrogate pairs the replacement character. What is in this form already comes back unchanged.
    """
    return text if _is_normal(text) else unicodedata.normalize("NFC", " ".join(_visible(text).split()))


def normalized_within(text: str, bound: int) -> str:
    """As `normalized`, with at most so many characters: NFC may have more of them than what was given."""
    text = normalized(text)
    return text if len(text) <= bound else text[:bound].rstrip()


def normalized_part(text: str) -> str:
    """As `normalized`, of a part of a text: where it begins or ends with a space, one stays."""
    seen = _visible(text)
    before, after = (" " if seen[edge].isspace() else "" for edge in (slice(0, 1), slice(-1, None)))
    inner = normalized(seen)
    return f"{before}{inner}{after}" if inner else before


def _is_normal(text: str) -> bool:
    # Only the space is both printable and white; unassigned characters and those for private use go the long way.
    is_one_line = text.isprintable() and "  " not in text and text.strip() == text
    return is_one_line and unicodedata.is_normalized("NFC", text)


def _visible(text: str) -> str:
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return "".join(_seen(character) for character in whole)


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SPACES:
        return " "
    return "" if category == _FORMAT else character
