"""Finds numbers in groups of digits, and offers them to the kinds of numbers."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from domain.redaction.kinds import Mark, NumberKind

_GROUP = re.compile(r"[0-9]+")
_BETWEEN = frozenset(" \u00a0\u202f._/()·–-\u2011")
_WINDOWS_MAX = 600
_GAP_MAX, _LONGEST, _DIGITS_MAX, _BEFORE = 3, 44, 19, 40
_LABEL = r"(?i)(?:^|[^\pL\d]|_){}(?: ?(?:no|nr|num|number|nummer|numero|número|n°|nº))?[\s.:#=_(\[>„\"'-]{{0,4}}$"
_RECORD_WORDS = (
    r"(?i)(?:^|[^\pL])(?:order|orders|po|so|bestell\w*|auftrag\w*|auftrags\w*|rechnung\w*|beleg\w*|vorgang\w*|vertrag\w*|lieferung\w*|lieferschein\w*"
    r"|material\w*|artikel\w*|art|kunden-?(?:nr|nummer)\w*|kostenstelle\w*|cost cent(?:er|re)|kreditor\w*|debitor\w*|konto|ticket|case|incident|inc|invoice|delivery|shipment|item|sku|part|batch|lot"
    r"|commande|facture|dossier|livraison|article|référence|réf|ref|pedido|factura|albarán|expediente|artículo"
    r"|ordine|fattura|pratica|articolo|bolla|bestelling|factuur|levering|klantnummer|zaak|isbn|ean|gtin|upc|issn|siren|siret|build|version"
    r"|rev|id|charge|serie\w*|serial|seriennummer|tracking|sendung\w*|paket\w*|colis|envío|spedizione|zending|document|dokument\w*|doc|protokoll|issue|bug|pr|mr"
    r"|asset|inventar\w*|zähler\w*|position|pos|transaction|transaktion|buchung\w*|projekt|project)"
    r"[\s.:#_-]*(?:no|nr|num|number|nummer|numero|número|id|n°|nº)?[\s.:#=_(-]{0,3}$"
)
_UNIT = re.compile(
    r"\s?(?:€|\$|£|%|EUR|USD|CHF|GBP|PLN|kg|km|pcs|Stk|Stück|units|rows|Zeilen|bytes|kB|MB|GB|ms)", re.IGNORECASE
)

Compile = Callable[[str], Any]


class _Window(NamedTuple):
    start: int
    end: int
    digits: str


def number_spans(
    kinds: Sequence[NumberKind], text: str, taken: bytearray, compile_: Compile
) -> Iterator[tuple[tuple[int, int], NumberKind]]:
    """(span, kind) of every number that a kind recognizes, kinds in their order, longer ones first.

    `taken` marks the characters that somebody took before; it is read anew for every number.
    """
    by_count: dict[int, list[_Window]] = {}
    for place, window in enumerate(_windows(text)):
        if place == _WINDOWS_MAX:  # a wall of digits: what is not looked at does not stay
            yield (window.start, len(text)), kinds[0]
            break
        by_count.setdefault(len(window.digits), []).append(window)
    for kind in kinds:
        for count in sorted(kind.counts, reverse=True):
            for window in by_count.get(count, ()):
                if any(taken[window.start : window.end]):
                    continue
                if kind.check(window.digits) and _is_one(kind, text, window, compile_):
                    is_signed = kind.mark is Mark.TELEPHONE and text[window.start - 1 : window.start] == "+"
                    yield (window.start - is_signed, window.end), kind


def _windows(text: str) -> Iterator[_Window]:
    groups = [match.span() for match in _GROUP.finditer(text)]
    for first, (start, _) in enumerate(groups):
        if start and text[start - 1].isalpha():
            continue
        digits, former_end = "", start
        for group_start, end in groups[first:]:
            gap = text[former_end:group_start]
            if len(gap) > _GAP_MAX or not _BETWEEN.issuperset(gap) or end - start > _LONGEST:
                break
            digits += text[group_start:end]
            former_end = end
            if len(digits) > _DIGITS_MAX:
                break
            if len(digits) >= 5 and not (end < len(text) and text[end].isalpha()):
                yield _Window(start, end, digits)


def _is_one(kind: NumberKind, text: str, window: _Window, compile_: Compile) -> bool:
    if compile_(kind.pattern).fullmatch(text[window.start : window.end]) is None:
        return False
    before = text[max(0, window.start - _BEFORE) : window.start]
    if kind.label == r"\+":
        return before.endswith("+")
    if kind.label:
        return compile_(_LABEL.format(f"(?:{kind.label})")).search(before.rstrip(" +")) is not None
    return not kind.is_plain or _stands_alone(text, window, before, compile_)


def _stands_alone(text: str, window: _Window, before: str, compile_: Compile) -> bool:
    after = text[window.end : window.end + 8]
    if before[-1:] in "-./,_" and before[-2:-1].isdigit() and before[-1:]:
        return False
    if after[:1] in "-./,_:" and after[1:2].isdigit() and after[:1]:
        return False
    return not _UNIT.match(after) and compile_(_RECORD_WORDS).search(before) is None
