"""What may be asked of a chart: what its dashboard asks, and nothing that was changed on the way.

The questions are those that Superset's pages send, as `QueryContext` holds them; the pages themselves are a journey's.
"""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.superset.loading import loaded

guard = loaded("altered_queries")

COLUMNS = frozenset({"project_name", "day", "category", "alias", "hour", "seconds"})
PARAMS = {"groupby": ["category"], "x_axis": "day", "metrics": ["hours"], "timeseries_limit_metric": "reach"}
CHART = guard.permitted_by_chart(PARAMS, columns=COLUMNS)
AXIS = {"columnType": "BASE_AXIS", "expressionType": "SQL", "sqlExpression": "day", "label": "day", "timeGrain": "P1D"}
SQL = {"expressionType": "SQL", "sqlExpression": "(select max(project_name) from marts.x)", "label": "hours"}


def asked(*, result_type: str = "full", result_format: str = "json", **changes: Any) -> list[str]:
    question: dict[str, Any] = {
        "result_type": None,
        "datasource": None,
        "columns": [AXIS, "category"],
        "series_columns": ["category"],
        "metrics": ["hours"],
        "series_limit_metric": None,
        "orderby": [["hours", False]],
        "filter": [
            {"col": "day", "op": "TEMPORAL_RANGE", "val": "Last month"},
            {"col": "category", "op": "IN", "val": ["A"]},
        ],
        "granularity": None,
        "extras": {"where": "", "having": "", "time_grain_sqla": "P1D"},
        "annotation_layers": [],
        "time_shift": None,
        "time_offsets": [],
        "inner_from_dttm": None,
        "inner_to_dttm": None,
        "apply_fetch_values_predicate": False,
        "post_processing": [{"operation": "pivot"}, {"operation": "flatten"}],
        "row_offset": 0,
        "is_rowcount": False,
        "group_others_when_limit_reached": False,
    }
    unknown = changes.keys() - question.keys()
    assert not unknown
    context = SimpleNamespace(
        result_type=result_type,
        result_format=result_format,
        datasource="mart",
        queries=[SimpleNamespace(**question | changes)],
    )
    return list(guard.alterations(context, CHART))


def test_the_chart_as_it_stands_is_answered() -> None:
    assert asked() == asked(result_type="results") == []


def test_the_values_of_a_filter_are_answered_and_those_of_another_column_are_not() -> None:
    permitted = guard.permitted_by_filter("project_name", columns=COLUMNS)
    query = {"columns": ["project_name"], "metrics": [], "orderby": [["project_name", True]], "series_columns": []}
    context = SimpleNamespace(result_type="full", result_format="json", datasource="mart")
    rest: dict[str, Any] = {
        "filter": [],
        "extras": {},
        "post_processing": [],
        "annotation_layers": [],
        "time_offsets": [],
    }
    none = dict.fromkeys(
        [
            "result_type",
            "datasource",
            "series_limit_metric",
            "granularity",
            "time_shift",
            "inner_from_dttm",
            "inner_to_dttm",
            "apply_fetch_values_predicate",
            "row_offset",
            "is_rowcount",
            "group_others_when_limit_reached",
        ]
    )
    context.queries = [SimpleNamespace(**query, **rest, **none)]
    assert list(guard.alterations(context, permitted)) == []
    context.queries[0].columns = ["alias"]
    assert list(guard.alterations(context, permitted))


@pytest.mark.parametrize(
    "changes",
    [
        {"result_type": "samples"},
        {"result_type": "drill_detail"},
        {"result_type": "query"},
        {"result_type": "columns"},
        {"result_type": "post_processed"},
        {"result_format": "csv"},
        {"datasource": "another mart"},
        {"metrics": [SQL]},
        {"metrics": ["reach of another"]},
        {
            "metrics": [
                {"expressionType": "SIMPLE", "aggregate": "MAX", "column": {"column_name": "alias"}, "label": "hours"}
            ]
        },
        {"columns": ["alias"]},
        {"columns": [SQL]},
        {"columns": [AXIS | {"sqlExpression": "(select 1)"}]},
        {"columns": [AXIS | {"sqlExpression": "alias"}]},
        {"columns": [AXIS | {"label": '"; select'}]},
        {"columns": [{"expressionType": "SQL", "sqlExpression": "day", "label": "day"}]},
        {"series_columns": [SQL]},
        {"series_limit_metric": SQL},
        {"orderby": [[SQL, True]]},
        {"orderby": [["alias", True]]},
        {"orderby": [[]]},
        {"filter": [{"col": SQL, "op": "==", "val": 1}]},
        {"filter": [{"col": "project_name || alias", "op": "==", "val": 1}]},
        {"filter": [{"op": "==", "val": 1}]},
        {"filter": [{"col": "day", "op": "==", "val": {"sql": "1"}}]},
        {"granularity": "now()"},
        {"extras": {"where": "1 = 1) or (1 = 1"}},
        {"extras": {"having": "1 = 1"}},
        {"extras": {"instant_time_comparison_range": "y"}},
        {"annotation_layers": [{"annotationType": "EVENT", "sourceType": "line", "value": 7}]},
        {"time_shift": "1 year"},
        {"time_offsets": ["1 year ago"]},
        {"inner_from_dttm": "2020-01-01"},
        {"apply_fetch_values_predicate": True},
        {"post_processing": [{"operation": "resample"}]},
        {"post_processing": [{"operation": "prophet"}]},
        {"row_offset": 10},
        {"is_rowcount": True},
        {"group_others_when_limit_reached": True},
    ],
    ids=str,
)
def test_what_was_changed_is_refused(changes: dict[str, Any]) -> None:
    assert asked(**changes)


def test_what_a_chart_stores_itself_is_answered() -> None:
    stored = {"expressionType": "SIMPLE", "aggregate": "MAX", "column": {"column_name": "seconds"}, "label": "longest"}
    chart = guard.permitted_by_chart({"metric": stored, "time_compare": ["1 year ago"]}, columns=COLUMNS)
    assert guard._is_measure(stored | {"optionName": "metric_1"}, chart)
    assert not guard._is_measure(stored | {"aggregate": "MIN"}, chart)
