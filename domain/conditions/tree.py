"""The form of a condition, read from and written to JSON, with an error that names the place.

Add an operator or a field here, then in `predicate` and `sql`.
"""

import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TypeAlias, TypeVar

import msgspec

from domain.conditions.texts import check_pattern
from domain.errors import DomainError
from domain.texts.normal_form import normalized_part

MAX_DEPTH = 16
MAX_COMPARISONS = 500
MAX_VALUE_LENGTH = 1024

Word = TypeVar("Word", bound=StrEnum)


class Field(StrEnum):
    """What can be asked about a context. A field that the questioner does not know reads as the empty text."""

    KIND = "kind"
    APPLICATION = "application"
    WINDOW_TITLE = "window_title"
    WINDOW_CLASS = "window_class"
    URL = "url"


class Operator(StrEnum):
    """Grammar: field, operator, value. All are case-insensitive; `is_empty` has no value; `matches` is RE2 syntax."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    DOES_NOT_CONTAIN = "does_not_contain"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    MATCHES = "matches"
    IS_EMPTY = "is_empty"


class Comparison(msgspec.Struct, frozen=True):
    """One question about one field: a `Field` of contexts, or the name of a record's field."""

    field: str
    operator: Operator
    value: str = ""


class AllOf(msgspec.Struct, frozen=True):
    """Holds where every condition holds; of none: everywhere."""

    conditions: tuple["Condition", ...]


class AnyOf(msgspec.Struct, frozen=True):
    """Holds where one condition holds; of none: nowhere."""

    conditions: tuple["Condition", ...]


class Not(msgspec.Struct, frozen=True):
    """Holds where the condition does not."""

    condition: "Condition"


Condition: TypeAlias = AllOf | AnyOf | Not | Comparison
#: From what stands as a field, and its place, to the field. Raises DomainError.
FieldReader: TypeAlias = Callable[[object, str], str]

#: Holds for every context: what an unreadable filter is replaced by.
ALWAYS = AllOf(())


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every comparison of the tree, from left to right."""
    match condition:
        case Comparison():
            yield condition
        case Not(inner):
            yield from comparisons(inner)
        case AllOf(inner) | AnyOf(inner):
            for each in inner:
                yield from comparisons(each)


def fields_of(condition: Condition) -> frozenset[str]:
    """Which fields the answer depends on."""
    return frozenset(comparison.field for comparison in comparisons(condition))


def read_context_field(name: object, place: str) -> Field:
    return _one_of(Field, name, place)


def parse_condition(obj: object, *, read_field: FieldReader = read_context_field) -> Condition:
    """The condition of a decoded JSON value. Raises DomainError naming the place, as in `$.all[1].operator`."""
    condition = _parse(obj, "$", 1, read_field)
    count = sum(1 for _ in comparisons(condition))
    if count > MAX_COMPARISONS:
        raise DomainError(f"The condition has {count} comparisons: use at most {MAX_COMPARISONS}.")
    return condition


def condition_to_json(condition: Condition) -> dict[str, object]:
    """The JSON form; `parse_condition` of it is the same condition."""
    match condition:
        case AllOf(inner):
            return {"all": [condition_to_json(each) for each in inner]}
        case AnyOf(inner):
            return {"any": [condition_to_json(each) for each in inner]}
        case Not(each):
            return {"not": condition_to_json(each)}
        case Comparison(field, Operator.IS_EMPTY, _):
            return {"field": str(field), "operator": "is_empty"}
        case Comparison(field, operator, value):
            return {"field": str(field), "operator": str(operator), "value": value}


def _parse(obj: object, place: str, depth: int, read_field: FieldReader) -> Condition:
    if depth > MAX_DEPTH:
        raise DomainError(f"The condition at {place} is nested too deep: use at most {MAX_DEPTH} levels.")
    match obj:
        case {"all": inner, **rest} if not rest:
            return AllOf(_parse_many(inner, f"{place}.all", depth, read_field))
        case {"any": inner, **rest} if not rest:
            return AnyOf(_parse_many(inner, f"{place}.any", depth, read_field))
        case {"not": inner, **rest} if not rest:
            return Not(_parse(inner, f"{place}.not", depth + 1, read_field))
        case {"field": name, "operator": operator, **rest}:
            return _parse_comparison(read_field(name, f"{place}.field"), operator, rest, place)
    raise DomainError(
        f"The condition at {place} has no known form: "
        'write {"all": […]}, {"any": […]}, {"not": {…}} or {"field": …, "operator": …, "value": …}.'
    )


def _parse_many(obj: object, place: str, depth: int, read_field: FieldReader) -> tuple[Condition, ...]:
    if not isinstance(obj, list | tuple) or not obj:
        raise DomainError(f"The condition at {place} is not a list of conditions: name at least one.")
    return tuple(_parse(each, f"{place}[{i}]", depth + 1, read_field) for i, each in enumerate(obj))


def _parse_comparison(field: str, operator_name: object, rest: dict[object, object], place: str) -> Comparison:
    unknown = sorted(str(key) for key in rest if key != "value")
    if unknown:
        raise DomainError(f"The condition at {place} has the unknown key {unknown[0]!r}: use field, operator, value.")
    operator = _one_of(Operator, operator_name, f"{place}.operator")
    if operator is Operator.IS_EMPTY:
        if rest.get("value"):
            raise DomainError(f"The condition at {place} gives a value to is_empty: leave the value out.")
        return Comparison(field, operator)
    value = _check_value(rest.get("value"), f"{place}.value")
    if operator is Operator.MATCHES:
        value = unicodedata.normalize("NFC", value)
        check_pattern(value, f"The condition at {place}.value")
    else:
        value = _as_recorded(value, f"{place}.value")
    return Comparison(field, operator, value)


def _check_value(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise DomainError(f"The condition at {place} is not a text: give a text of 1 to {MAX_VALUE_LENGTH} characters.")
    if not value:
        raise DomainError(f"The condition at {place} is empty: give a text, or use the operator is_empty.")
    if len(value) > MAX_VALUE_LENGTH:
        raise DomainError(f"The condition at {place} has {len(value)} characters: use at most {MAX_VALUE_LENGTH}.")
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise DomainError(f"The condition at {place} holds a character that no text can hold: remove it.")
    return value


def _as_recorded(value: str, place: str) -> str:
    """In the form of the texts that it is compared with."""
    recorded = normalized_part(value)
    if not recorded:
        raise DomainError(f"The condition at {place} has nothing that can be seen: give a text.")
    return recorded


def _one_of(words: type[Word], value: object, place: str) -> Word:
    try:
        return words(value)  # type: ignore[arg-type]
    except ValueError:
        raise DomainError(f"The condition at {place} is {value!r}: use one of {', '.join(words)}.") from None
