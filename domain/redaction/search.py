"""Looks for the kinds of the table in a text and takes them out. Linear in the length of the text (RE2).

A kind's pattern is compiled when a text first holds what it needs.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import msgspec
import re2

from domain.redaction.kinds import Kind, Mark
from domain.redaction.numbers import number_spans
from domain.redaction.record_numbers import record_number_spans
from domain.redaction.table import KINDS, LAST_KINDS, NUMBER_KINDS

SCANNED_MAX = 8192
"""Longer texts are cut before they are searched; what is recorded is shorter anyhow."""
_SHORTEST = 4
_TRIES_MAX = 64
"""How often a kind is tried again behind a false find."""
_MEMORY_PER_PATTERN = 1 << 20
_WORD_MAX = 256
_TRIMS_MAX = 32
"""How many words are taken from the end of a false find."""
_TRIMMED_AT = " .-_\u00a0"

Span = tuple[int, int]


class Redacted(msgspec.Struct, frozen=True):
    """What is left of a text, and the receipt: how many of each mark were put in."""

    text: str
    receipt: tuple[tuple[Mark, int], ...] = ()


@cache
def compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY_PER_PATTERN
    return re2.compile(pattern, options)


_URL = r"(?i)\bhttps?://[^\s\"'<>|]+"


def without_query(url: str) -> str:
    """A web address without who signs in and without what follows `?` or `#`."""
    scheme, _, rest = url.partition("?")[0].partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def redact(text: str, *, record_numbers: Sequence[str] = (), address: Callable[[str], str] = without_query) -> Redacted:
    """The text without what the table knows.

    record_numbers: patterns of numbers that stay, unless a label says that it is a secret
    address: what may stay of a web address inside the text; "": nothing
    """
    if len(text) < _SHORTEST:
        return Redacted(text)
    left = text[:SCANNED_MAX]
    if not left.isascii():
        left = left.encode("utf-8", "replace").decode("utf-8")
    counts: Counter[Mark] = Counter()
    if "://" in left:
        left = _with_shorter_addresses(left, address, counts)
    spans = _found(left, record_number_spans(record_numbers, left) if record_numbers else [])
    if not spans:
        return Redacted(left, tuple(sorted(counts.items())))
    pieces, end = [], 0
    for (start, stop), mark in sorted(spans.items()):
        pieces += [left[end:start], f"[{mark}]"]
        counts[mark] += 1
        end = stop
    return Redacted("".join([*pieces, left[end:]]), tuple(sorted(counts.items())))


def _found(text: str, records: Sequence[Span]) -> dict[Span, Mark]:
    found: dict[Span, Mark] = {}
    lower = text.casefold()
    digits = sum(map(lower.count, "0123456789"))
    _look_for(KINDS, text, lower, digits, records, found)
    if digits >= 5:
        taken = bytearray(len(text))
        for start, end in found:
            taken[start:end] = b"\x01" * (end - start)
        for span, number_kind in number_spans(NUMBER_KINDS, text, taken, compiled):
            if number_kind.is_labelled or not _is_record(span, records):
                found[span] = number_kind.mark
                taken[span[0] : span[1]] = b"\x01" * (span[1] - span[0])
    _look_for(LAST_KINDS, text, lower, digits, records, found)
    return found


def _look_for(  # noqa: PLR0917 - the text with what was counted of it once
    kinds: Iterable[Kind], text: str, lower: str, digits: int, records: Sequence[Span], found: dict[Span, Mark]
) -> None:
    for kind in kinds:
        if digits < kind.digits or (kind.needs and not any(each in lower for each in kind.needs)):
            continue
        for span in _spans(kind, text):
            if not _is_taken(span, found) and (kind.is_labelled or not _is_record(span, records)):
                found[span] = kind.mark


def _is_taken(span: Span, found: Iterable[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in found)


def _is_record(span: Span, records: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in records)


def _spans(kind: Kind, text: str) -> Iterator[Span]:
    pattern, position = compiled(kind.pattern), 0
    for _ in range(_TRIES_MAX):
        match = pattern.search(text, position)
        if match is None:
            return
        group = next((number for number in range(1, pattern.groups + 1) if match.start(number) >= 0), 0)
        start, end = match.span(group)
        accepted = _accepted_end(kind, text, start, end)
        if accepted:
            yield start, accepted
            position = max(accepted, position + 1)
        else:
            position = _next_word(text, match.start(), match.end())
    yield from _rest(position, text)


def _rest(position: int, text: str) -> Iterator[Span]:
    """What was not looked at, because too much looked like a secret and was none, is taken out whole."""
    if position < len(text):
        yield position, len(text)


def _accepted_end(kind: Kind, text: str, start: int, end: int) -> int:
    """Where the secret ends, or 0: a number may be followed by a word that looks like its next group."""
    for _ in range(_TRIMS_MAX):
        if end <= start:
            break
        is_whole = not kind.is_word or not (
            (start and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum())
        )
        if is_whole and kind.check(text[start:end]):
            return end
        if not kind.is_word or end - start > _WORD_MAX:
            return 0
        end = max(text.rfind(separator, start, end) for separator in _TRIMMED_AT)
    return 0


def _next_word(text: str, start: int, end: int) -> int:
    """The next place behind `start` where a word begins, at most `end`."""
    place = start + 1
    while place < end and text[place - 1].isalnum():
        place += 1
    return max(place, start + 1)


def _with_shorter_addresses(text: str, address: Callable[[str], str], counts: Counter[Mark]) -> str:
    def cut(match: Any) -> str:
        url: str = match.group(0)
        kept = address(url)
        if kept != url:
            counts[Mark.URL] += 1
        return kept or f"[{Mark.URL}]"

    replaced: str = compiled(_URL).sub(cut, text)
    return replaced
