"""Finds what a question asks beyond its chart: viewers may see the charts of a dashboard and move its filters.

Row-level security in PostgreSQL decides whose rows are read; this decides what may be asked of them at all. What is not
known to come from a chart or a filter of the dashboard is refused: SQL, other columns, samples, drilling, comparisons.
A chart type that sends more needs its words here, with a test of what they let through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

DIMENSIONS = ("groupby", "columns", "all_columns", "x_axis", "series_columns")
MEASURES = ("metric", "metrics", "percent_metrics", "timeseries_limit_metric", "series_limit_metric")
"""Where the stored parameters of a chart name columns and metrics."""
RESULT_TYPES = frozenset({"full", "results"})
ARRANGEMENTS = frozenset({"pivot", "flatten", "rename", "contribution", "rank", "sort"})
"""Post-processing that orders an answer; others invent rows, and may invent millions."""
ADHOC_MEASURE = ("expressionType", "aggregate", "sqlExpression")
EXTRAS = frozenset({"where", "having", "time_grain_sqla"})


@dataclass(frozen=True)
class Permitted:
    """What a chart or a filter names. `columns` of the dataset may be filtered by."""

    columns: frozenset[str]
    dimensions: frozenset[str]
    measures: tuple[Any, ...]
    params: Mapping[str, Any]


def permitted_by_chart(params: Mapping[str, Any], *, columns: frozenset[str]) -> Permitted:
    dimensions = {each for key in DIMENSIONS for each in _listed(params.get(key)) if isinstance(each, str)}
    measures = tuple(each for key in MEASURES for each in _listed(params.get(key)))
    return Permitted(columns, frozenset(dimensions), measures, params)


def permitted_by_filter(target: str, *, columns: frozenset[str]) -> Permitted:
    """A native filter lists the values of its own column."""
    return Permitted(columns, frozenset({target}), (), {})


def alterations(query_context: Any, permitted: Permitted) -> Iterator[str]:
    """What is asked beyond what is permitted, in words; nothing when nothing is."""
    if _word(query_context.result_type) not in RESULT_TYPES or _word(query_context.result_format) != "json":
        yield "another kind of result"
    for query in query_context.queries:
        if query.result_type is not None and _word(query.result_type) not in RESULT_TYPES:
            yield "another kind of result"
        if query.datasource is not None and query.datasource != query_context.datasource:
            yield "another dataset"
        yield from _expressions(query, permitted)
        yield from _filters(query, permitted)
        yield from _beyond_one_answer(query, permitted)


def _expressions(query: Any, permitted: Permitted) -> Iterator[str]:
    for column in (*query.columns, *query.series_columns):
        if not _is_dimension(column, permitted):
            yield "a column that the chart does not show"
    for measure in (*(query.metrics or ()), query.series_limit_metric):
        if measure is not None and not _is_measure(measure, permitted):
            yield "a metric that the chart does not show"
    for order in query.orderby:
        expression = order[0] if isinstance(order, (list, tuple)) and order else order
        if not (_is_dimension(expression, permitted) or _is_measure(expression, permitted)):
            yield "another order"


def _filters(query: Any, permitted: Permitted) -> Iterator[str]:
    for each in query.filter:
        if not (isinstance(each.get("col"), str) and each["col"] in permitted.columns):
            yield "a filter on something that is no column of the dataset"
        if any(not isinstance(value, (str, int, float, type(None))) for value in _listed(each.get("val"))):
            yield "a filter with something that is no value"
    if query.granularity is not None and query.granularity not in permitted.columns:
        yield "a time that is no column of the dataset"
    if query.extras.keys() - EXTRAS or query.extras.get("where") or query.extras.get("having"):
        yield "conditions of its own"


def _beyond_one_answer(query: Any, permitted: Permitted) -> Iterator[str]:
    if [each for each in query.annotation_layers if each not in _listed(permitted.params.get("annotation_layers"))]:
        yield "annotations"
    if query.time_shift or set(_listed(query.time_offsets)) - set(_listed(permitted.params.get("time_compare"))):
        yield "a comparison with another time"
    if query.inner_from_dttm or query.inner_to_dttm or query.apply_fetch_values_predicate:
        yield "conditions of its own"
    if {each.get("operation") for each in query.post_processing} - ARRANGEMENTS:
        yield "another post-processing"
    if (query.row_offset or query.is_rowcount) and not permitted.params.get("server_pagination"):
        yield "another page"
    if query.group_others_when_limit_reached and not permitted.params.get("group_others_when_limit_reached"):
        yield "another grouping"


def _is_dimension(column: Any, permitted: Permitted) -> bool:
    """A column that is shown, or the same as Superset's pages write the axis of a chart: as SQL of its bare name."""
    if isinstance(column, str):
        return column in permitted.dimensions
    if not isinstance(column, dict) or column.get("columnType") != "BASE_AXIS":
        return False
    name = column.get("sqlExpression")
    return isinstance(name, str) and name in permitted.dimensions & permitted.columns and column.get("label") == name


def _is_measure(measure: Any, permitted: Permitted) -> bool:
    if isinstance(measure, dict):
        return any(_adhoc(measure) == _adhoc(each) for each in permitted.measures if isinstance(each, dict))
    return measure in [each for each in permitted.measures if isinstance(each, str)]


def _adhoc(measure: Mapping[str, Any]) -> tuple[Any, ...]:
    column = measure.get("column") or {}
    return (*(measure.get(key) for key in ADHOC_MEASURE), column.get("column_name"), column.get("expression"))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


def _word(kind: Any) -> str:
    return str(getattr(kind, "value", kind)).lower()
