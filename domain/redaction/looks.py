"""How a secret without check digits looks: like a password, like a key, like chance."""

from itertools import pairwise
from urllib.parse import unquote_to_bytes

import re2

_SYMBOLS = frozenset("!@#$%^&*+=?§~€£")
_WORDS_INSTEAD = frozenset(
    (
        *(
            "reset",
            "change",
            "changed",
            "forgot",
            "forgotten",
            "required",
            "expired",
            "expires",
            "settings",
            "help",
            "policy",
        ),
        *("manager", "none", "null", "true", "false", "empty", "zurücksetzen", "ändern", "vergessen", "erforderlich"),
        *(
            "abgelaufen",
            "anzeigen",
            "eingeben",
            "neu",
            "leer",
            "oublié",
            "modifier",
            "changer",
            "réinitialiser",
            "olvidada",
        ),
        *(
            "olvidaste",
            "cambiar",
            "restablecer",
            "dimenticata",
            "cambia",
            "reimposta",
            "vergeten",
            "wijzigen",
            "instellen",
        ),
    )
)
_RECORD = re2.compile(r"(?i)[a-z]{1,6}[-_#]?\d{3,12}|[\d.,:/-]+%?|v?\d+(?:\.\d+)*|[a-z]+[-_]?(?:19|20)\d\d")
_CAPITAL_RECORD = re2.compile(r"[A-Z]{1,6}[-_#]?\d{2,12}")
_FILE = re2.compile(r"(?i).+\.[a-z]{2,4}\d?")


def is_a_value(text: str) -> bool:
    """Something that was filled in: no mask of stars, no word of what can be done with a password."""
    first = text.split(maxsplit=1)[0].casefold() if text.strip() else ""
    if not first or first in {"-", "–", "—", "|", "..."} or first.rstrip(".,!?") in _WORDS_INSTEAD:
        return False
    hidden = set(text) <= set("*•●·._-[]<>… ") or (len(text) > 2 and set(text.casefold()) == {"x"})
    return not hidden


def looks_like_a_password(text: str) -> bool:
    """Mixed as words are not: letters with digits or symbols. A record number, a version, a file name is none."""
    text = text.rstrip(".,;:)»”]}")
    if len(text) < 4 or text.startswith("[") or not is_a_value(text):
        return False
    has_letter, has_digit = any(c.isalpha() for c in text), any(c.isdigit() for c in text)
    has_symbol = any(c in _SYMBOLS for c in text[:-1]) or (text[-1:] in _SYMBOLS and text[-1:] not in "!?")
    if has_symbol and (has_letter or has_digit):
        return "://" not in text
    if not (has_letter and has_digit):
        return False
    is_capitalized = (
        text[0].isupper() and text[1:].rstrip("0123456789").islower() and "-" not in text and "_" not in text
    )
    return (
        is_capitalized
        or not (_RECORD.fullmatch(text) or _FILE.fullmatch(text))
        or (len(text.rstrip("0123456789")) > 4 and (text.isalnum()))
    )


def is_mixed(text: str) -> bool:
    """Letters with digits, or a symbol: no plain word, no plain number."""
    text = text.rstrip(".,;:)")
    letters = any(c.isalpha() for c in text)
    return is_a_value(text) and letters and any(c.isdigit() or c in _SYMBOLS for c in text)


def is_told(text: str) -> bool:
    """Where a label with some words goes before: mixed, and no record number in capitals."""
    return is_mixed(text) and not _CAPITAL_RECORD.fullmatch(text.rstrip(".,;:)")) and not _FILE.fullmatch(text)


def looks_like_a_secret(text: str) -> bool:
    """After a label that says it is a key: anything with a digit, or in mixed case."""
    text = text.rstrip(".,;:)")
    if not is_a_value(text) or len(text) < 4:
        return False
    return any(c.isdigit() for c in text) or (text != text.lower() and text[1:] != text[1:].lower())


def looks_random(text: str) -> bool:
    """Long, and its letters, capitals and digits change as in no word, slug or list of words."""
    if len(text) in {32, 40, 48, 56, 64, 96, 128} and _is_hexadecimal(text):
        return True
    pieces = text.replace("-", "_").split("_")
    if len(text) == 36 and text.count("-") == 4 and all(_is_hexadecimal(each) or each.isdigit() for each in pieces):
        return True  # a UUID
    if len(pieces) > 5:
        return False
    longest = max(pieces, key=len)
    if len(longest) < 10 or not any(character.isdigit() for character in text):
        return False
    classes = ["d" if c.isdigit() else "u" if c.isupper() else "l" for c in longest]
    changes = sum(a != b and (a, b) != ("u", "l") for a, b in pairwise(classes))
    return changes >= max(4, len(longest) // 6)


def _is_hexadecimal(text: str) -> bool:
    return all(c in "0123456789abcdefABCDEF" for c in text) and any(c.isdigit() for c in text)


def holds_a_colon(text: str) -> bool:
    """Base64 of `name:password`."""
    decoded = _base64(text)
    return b":" in decoded and all(32 <= byte < 127 for byte in decoded)


def _base64(text: str) -> bytes:
    import binascii  # noqa: PLC0415 - rarely needed

    try:
        return binascii.a2b_base64(unquote_to_bytes(text) + b"==")
    except binascii.Error:
        return b""
