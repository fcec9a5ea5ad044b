"""The Python backend of conditions: a function from fields to an answer.

The SQL backend is `sql`; a property test holds the two to the same answers.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

from domain.conditions.texts import compile_pattern, fold
from domain.conditions.tree import AllOf, AnyOf, Comparison, Condition, Not, Operator

Predicate: TypeAlias = Callable[[Mapping[str, str]], bool]

#: Of a folded text and a folded value.
_ANSWERS: dict[Operator, Callable[[str, str], bool]] = {
    Operator.IS: lambda text, value: text == value,
    Operator.IS_NOT: lambda text, value: text != value,
    Operator.CONTAINS: lambda text, value: value in text,
    Operator.DOES_NOT_CONTAIN: lambda text, value: value not in text,
    Operator.STARTS_WITH: str.startswith,
    Operator.ENDS_WITH: str.endswith,
    Operator.IS_EMPTY: lambda text, _: not text,
}


@lru_cache(maxsize=4096)
def compile_predicate(condition: Condition) -> Predicate:
    """A predicate over a mapping from field to text; a field that is absent reads as the empty text."""
    match condition:
        case Comparison():
            return _compile_comparison(condition)
        case Not(inner):
            refuted = compile_predicate(inner)
            return lambda fields: not refuted(fields)
        case AllOf(conditions):
            every = tuple(compile_predicate(each) for each in conditions)
            return lambda fields: all(holds(fields) for holds in every)
        case AnyOf(conditions):
            some = tuple(compile_predicate(each) for each in conditions)
            return lambda fields: any(holds(fields) for holds in some)


def _compile_comparison(comparison: Comparison) -> Predicate:
    field = str(comparison.field)
    if comparison.operator is Operator.MATCHES:
        pattern = compile_pattern(comparison.value)
        return lambda fields: pattern.search(fields.get(field, "").encode()) is not None
    value, answer = fold(comparison.value), _ANSWERS[comparison.operator]
    return lambda fields: answer(fold(fields.get(field, "")), value)
