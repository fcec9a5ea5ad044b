"""Refuses JSON values of another type than a field has, and texts that PostgreSQL cannot store.

Pydantic would take the number 0 for a date of 1970, `false` for the number 0 and "yes" for true.
"""

import re
from collections.abc import Iterator
from datetime import date
from math import isfinite
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import AwareDatetime

MAX_DEPTH = 50
FIRST_YEAR, LAST_YEAR = 1970, 2999
_NUMBER = re.compile(r"\s*[+-]?[0-9._]+\s*")


def check_json_type(value: object, annotation: object) -> None:
    """Raises ValueError when `value`, decoded from JSON, can only by conversion be what `annotation` says."""
    kinds = set(_kinds(annotation))
    if isinstance(value, bool) and bool not in kinds and kinds & {int, float, date}:
        raise ValueError(f"is {str(value).lower()} where {_named(kinds)} is expected")
    if isinstance(value, int | float) and not isinstance(value, bool) and kinds & {date, bool}:
        raise ValueError(f"is a number where {_named(kinds)} is expected")
    if isinstance(value, str) and date in kinds and _NUMBER.fullmatch(value):
        raise ValueError(f"is a number where {_named(kinds)} is expected")
    if isinstance(value, str) and kinds & {int, float, bool} and str not in kinds:
        raise ValueError(f"is a text where {_named(kinds)} is expected")


def check_storable(value: object, *, depth: int = 0) -> None:
    """Raises ValueError for what cannot be stored and shown again, at any depth, and for more than MAX_DEPTH.

    A text with a NUL or an unpaired surrogate, a number that is not finite.
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"is nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("holds a number that is not finite")
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("holds a NUL character, which no text may")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError("holds half of a surrogate pair, which is no character")
    elif isinstance(value, list):
        for each in value:
            check_storable(each, depth=depth + 1)
    elif isinstance(value, dict):
        for key, each in value.items():
            check_storable(key, depth=depth + 1)
            check_storable(each, depth=depth + 1)


def check_time(value: object) -> None:
    """Raises ValueError for a day or an instant that nobody means, and around which no time zone could be told."""
    if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"is of the year {value.year}, where years from {FIRST_YEAR} to {LAST_YEAR} are expected")


def _kinds(annotation: object) -> Iterator[type]:
    """The JSON types that a field may have, date for every kind of instant."""
    if annotation is AwareDatetime:
        yield date
    elif isinstance(annotation, type):
        yield next((kind for kind in (bool, int, float, str, date) if issubclass(annotation, kind)), object)
    elif get_origin(annotation) in {Union, UnionType}:
        for each in get_args(annotation):
            yield from _kinds(each)
    elif get_origin(annotation) is Annotated:
        yield from _kinds(get_args(annotation)[0])


def _named(kinds: set[type]) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", date: "a date, written as text,"}
    return next(names[kind] for kind in (bool, date, int, float) if kind in kinds)
