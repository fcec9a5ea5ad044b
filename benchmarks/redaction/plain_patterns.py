"""The peer: the patterns of the redaction table tried one after the other with Python's `re`, and nothing else.

No check digits, no look at what was found, no word that must be there first: what a list of patterns alone achieves.
"""

import re
from collections.abc import Callable

from domain.redaction.table import KINDS, LAST_KINDS, NUMBER_KINDS

_CHARACTER = re.compile(r"\\x\{([0-9a-f]+)\}")
_CLASS = re.compile(r"\\p(?:\{[LMN][a-z]?\}|L|N)")


def plain_patterns() -> Callable[[str], str]:
    """A text → the text with everything taken out that a pattern matches. For `\\p{L}`, which `re` lacks, `\\w`."""
    labelled = [(f"(?:{kind.label})[^0-9]{{0,16}}" if kind.label else "", kind.pattern) for kind in NUMBER_KINDS]
    written = [
        *(kind.pattern for kind in KINDS),
        *(rf"{label}(?<!\d)(?:{pattern})(?!\d)" for label, pattern in labelled),
        *(kind.pattern for kind in LAST_KINDS),
    ]
    patterns = [re.compile(_translated(pattern)) for pattern in written]

    def masked(text: str) -> str:
        for pattern in patterns:
            text = pattern.sub("[masked]", text)
        return text

    return masked


def _translated(pattern: str) -> str:
    """`re` wants flags in front and spells code points otherwise."""
    spelt = _CHARACTER.sub(lambda match: re.escape(chr(int(match.group(1), 16))), pattern)
    spelt = _CLASS.sub(r"\\w", spelt)
    return "(?i)" + spelt.replace("(?i)", "") if "(?i)" in spelt else spelt
