"""The SQL backend of conditions: an expression over columns, in the dialect of DuckDB or of Spark.

The Python backend is `predicate`; a property test holds the two to the same answers.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import re2

from domain.conditions.tree import AllOf, AnyOf, Comparison, Condition, Not, Operator


class Dialect(StrEnum):
    """The engines that the pipelines run on."""

    DUCKDB = "duckdb"
    SPARK = "spark"


_DUCKDB_FORMS: dict[Operator, str] = {
    Operator.IS: "{} = {}",
    Operator.IS_NOT: "{} <> {}",
    Operator.CONTAINS: "contains({}, {})",
    Operator.DOES_NOT_CONTAIN: "not contains({}, {})",
    Operator.STARTS_WITH: "starts_with({}, {})",
    Operator.ENDS_WITH: "ends_with({}, {})",
}
_FORMS: dict[Dialect, dict[Operator, str]] = {
    Dialect.DUCKDB: _DUCKDB_FORMS,
    Dialect.SPARK: _DUCKDB_FORMS | {Operator.STARTS_WITH: "startswith({}, {})", Operator.ENDS_WITH: "endswith({}, {})"},
}

#: Where a relation has the context's own column names.
CONTEXT_COLUMNS: Mapping[str, str] = {field: field for field in ("application", "window_title", "url")}


def condition_sql(condition: Condition, columns: Mapping[str, str], *, dialect: Dialect = Dialect.DUCKDB) -> str:
    """A boolean expression; `columns` gives each field's expression, never null. A field without one reads as ''."""
    match condition:
        case Comparison():
            return _comparison_sql(condition, columns, dialect)
        case Not(inner):
            return f"not ({condition_sql(inner, columns, dialect=dialect)})"
        case AllOf(conditions):
            return _joined(" and ", "true", [condition_sql(each, columns, dialect=dialect) for each in conditions])
        case AnyOf(conditions):
            return _joined(" or ", "false", [condition_sql(each, columns, dialect=dialect) for each in conditions])


def text_sql(text: str, *, dialect: Dialect = Dialect.DUCKDB) -> str:
    """A text as a SQL literal."""
    if dialect is Dialect.SPARK:
        escaped = text.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    return "'" + text.replace("'", "''") + "'"


def fold_sql(expression: str, *, dialect: Dialect = Dialect.DUCKDB) -> str:
    """What `texts.fold` is in Python."""
    if dialect is Dialect.SPARK:
        return f"lower(translate({expression}, 'İΣ', 'iσ'))"
    return f"lower({expression})"


def matches_sql(expression: str, pattern: str, *, dialect: Dialect = Dialect.DUCKDB) -> str:
    """Whether a pattern occurs in a text. Spark reads it with Java's engine, of which RE2 is nearly a subset."""
    if dialect is Dialect.SPARK:
        return f"({expression} rlike {text_sql('(?iu)' + pattern, dialect=dialect)})"
    return f"regexp_matches({expression}, {text_sql(pattern)}, 'i')"


def contains_any_sql(expression: str, texts: Iterable[str]) -> str:
    """Whether any of many texts occurs in an expression, found in one pass (DuckDB: RE2 never goes back)."""
    pattern = "|".join(re2.escape(text) for text in texts)
    # Escaped texts hold no class or escape that has a letter: the engine can fold the pattern as it folds the texts.
    return f"regexp_matches({fold_sql(expression)}, {fold_sql(text_sql(pattern))})"


def _joined(operator: str, neutral: str, parts: list[str]) -> str:
    return f"({operator.join(parts)})" if parts else neutral


def _comparison_sql(comparison: Comparison, columns: Mapping[str, str], dialect: Dialect) -> str:
    expression = columns.get(str(comparison.field), "''")
    if comparison.operator is Operator.MATCHES:
        return matches_sql(expression, comparison.value, dialect=dialect)
    if comparison.operator is Operator.IS_EMPTY:
        return f"{expression} = ''"
    # The engine folds the value too: one lower case decides, whatever edition of Unicode the engine knows.
    return _FORMS[dialect][comparison.operator].format(
        fold_sql(expression, dialect=dialect), fold_sql(text_sql(comparison.value, dialect=dialect), dialect=dialect)
    )
