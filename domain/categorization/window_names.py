"""The window name that a categorization rule gives: the title itself, a fixed name, or the title with a part masked."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeAlias

import re2

from domain.conditions.sql import Dialect, matches_sql, text_sql
from domain.conditions.texts import compile_pattern
from domain.conditions.tree import AllOf, AnyOf, Comparison, Condition, Field, Not, Operator
from domain.errors import DomainError

WindowName: TypeAlias = Callable[[str], str]

#: A pattern that matches nothing in one of these would put the mask between characters.
_PROBES = ("", "a", "a 1", "1a", " ", "aa\nA_")


def replacement_of(window_name: str | None) -> str | None:
    """The text in brackets, where the window name is one; None for a fixed name."""
    if window_name is not None and len(window_name) > 2 and window_name[0] == "[" and window_name[-1] == "]":
        return window_name[1:-1]
    return None


def masked_pattern(condition: Condition) -> str | None:
    """The pattern of what the condition's positive comparisons with the window title match; None: it has none."""
    patterns = [_pattern(comparison) for comparison in _positive(condition) if comparison.field is Field.WINDOW_TITLE]
    known = [f"(?:{pattern})" for pattern in patterns if pattern]
    return "|".join(known) if known else None


def check_window_name(window_name: str | None, condition: Condition, place: str) -> None:
    """Raises DomainError, beginning with `place`, for a mask that nobody could read."""
    if window_name is None:
        return
    replacement = replacement_of(window_name)
    inner = window_name if replacement is None else replacement
    if "[" in inner or "]" in inner:
        raise DomainError(
            f"{place} has brackets inside: put the whole window name in one pair, as in [ticket], or none."
        )
    pattern = masked_pattern(condition) if replacement is not None else None
    if pattern and any(match.start() == match.end() for text in _PROBES for match in _matches(pattern, text)):
        raise DomainError(f"{place} masks a pattern that can match nothing: make it need at least one character.")


@lru_cache(maxsize=4096)
def compile_window_name(window_name: str | None, condition: Condition) -> WindowName:
    """A function from the window title to the window name.

    Masking fails closed: where no part of the title can be found, the whole title is masked.
    """
    if window_name is None:
        return lambda title: title
    replacement = replacement_of(window_name)
    pattern = masked_pattern(condition)
    if replacement is None or pattern is None:
        fixed = window_name if replacement is None else replacement
        return lambda _: fixed
    compiled, encoded = compile_pattern(pattern), replacement.encode()

    def mask(title: str) -> str:
        masked, count = compiled.subn(lambda _: encoded, title.encode())
        return masked.decode() if count else replacement

    return mask


def window_name_sql(
    window_name: str | None, condition: Condition, *, column: str, dialect: Dialect = Dialect.DUCKDB
) -> str:
    """What `compile_window_name` is in Python, as an expression over the column of window titles."""
    if window_name is None:
        return column
    replacement = replacement_of(window_name)
    pattern = masked_pattern(condition)
    if replacement is None or pattern is None:
        return text_sql(window_name if replacement is None else replacement, dialect=dialect)
    fixed = text_sql(replacement, dialect=dialect)
    found = matches_sql(column, pattern, dialect=dialect)
    if dialect is Dialect.SPARK:
        escaped = text_sql(replacement.replace("\\", "\\\\").replace("$", "\\$"), dialect=dialect)
        masked = f"regexp_replace({column}, {text_sql('(?iu)' + pattern, dialect=dialect)}, {escaped})"
    else:
        escaped = text_sql(replacement.replace("\\", "\\\\"))
        masked = f"regexp_replace({column}, {text_sql(pattern)}, {escaped}, 'gi')"
    return f"case when {found} then {masked} else {fixed} end"


def _matches(pattern: str, text: str) -> Iterator[re2._Match]:
    return compile_pattern(pattern).finditer(text.encode())  # type: ignore[no-any-return]


def _positive(condition: Condition) -> Iterator[Comparison]:
    match condition:
        case Comparison():
            yield condition
        case AllOf(inner) | AnyOf(inner):
            for each in inner:
                yield from _positive(each)
        case Not():
            return


def _pattern(comparison: Comparison) -> str | None:
    literal = re2.escape(comparison.value)
    return {
        Operator.MATCHES: comparison.value,
        Operator.CONTAINS: literal,
        Operator.IS: rf"\A{literal}\z",
        Operator.STARTS_WITH: rf"\A{literal}",
        Operator.ENDS_WITH: rf"{literal}\z",
    }.get(comparison.operator)
