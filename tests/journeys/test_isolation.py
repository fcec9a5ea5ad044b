"""A stakeholder asks Superset for more than is theirs, by every route that answers with rows.

The same is tried with SQL as the stakeholder's role in tests/pipelines/publishing/test_bypasses.py.
"""

import copy
import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from standalone.demo.people import ANALYST, STAKEHOLDER, admin_of, signed_in
from tests.journeys.guests import Guest
from tests.journeys.machine import Machine

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]

PROJECT, FOREIGN = "Service operations", "Foreign project"
FOREIGN_ID = 990_001
SUBQUERY = "(select string_agg(project_name, ',') from marts.overall_activity_days)"
#: What may be answered: less than is asked, or nothing. Never 200 with a foreign row.
SQL_METRIC = {"expressionType": "SQL", "sqlExpression": f"max({SUBQUERY})", "label": "mine"}
REWRITE = {
    "expressionType": "SQL",
    "label": "mine",
    "sqlExpression": "max(ts_rewrite('a'::tsquery, 'select ''a''::tsquery, plainto_tsquery(project_name)"
    " from marts.overall_activity_days')::text)",
}

Question = dict[str, Any]
Change = Callable[[Question], Question]


class Viewer(Guest):
    """Somebody signed in, who asks questions of charts."""

    def __init__(self, machine: Machine, login: str) -> None:
        super().__init__(machine.settings)
        self.sign_in(login)
        assert self.whom_superset_sees() == login

    def ask(self, question: Question) -> httpx.Response:
        return self.client.post("/api/v1/chart/data", json=question)


@pytest.fixture(scope="module")
def foreign(machine: Machine) -> Iterator[str]:
    """A published row of a project that nobody shares."""
    with psycopg.connect(machine.settings.database_url, autocommit=True) as connection:
        statement = "insert into marts.overall_activity_days (project_id, project_name, alias) values (%s, %s, 'x')"
        connection.execute(statement, [FOREIGN_ID, FOREIGN])
        yield FOREIGN
        connection.execute("delete from marts.overall_activity_days where project_id = %s", [FOREIGN_ID])


@pytest.fixture(scope="module")
def stella(machine: Machine, foreign: str) -> Iterator[Viewer]:
    guest = Viewer(machine, STAKEHOLDER.login)
    yield guest
    guest.client.close()


@pytest.fixture(scope="module")
def board(stella: Viewer) -> dict[str, Any]:
    boards = stella.client.get("/api/v1/dashboard/").json()["result"]
    return next(each for each in boards if each["dashboard_title"] == "Overall activity")


@pytest.fixture(scope="module")
def question(stella: Viewer, board: dict[str, Any]) -> Question:
    """What the dashboard asks for its chart of people observed, or another figure of the days."""
    charts = stella.client.get(f"/api/v1/dashboard/{board['id']}/charts").json()["result"]
    datasets = stella.client.get(f"/api/v1/dashboard/{board['id']}/datasets").json()["result"]
    days = next(each["id"] for each in datasets if each["table_name"] == "overall_activity_days")
    chart = next(
        each
        for each in charts
        if each["form_data"].get("datasource") == f"{days}__table" and "metric" in each["form_data"]
    )
    return {
        "datasource": {"id": days, "type": "table"},
        "force": True,
        "queries": [{"columns": [], "metrics": [chart["form_data"]["metric"]], "filters": [], "extras": {}}],
        "form_data": {"slice_id": chart["id"], "dashboardId": board["id"], "datasource": f"{days}__table"},
        "result_format": "json",
        "result_type": "full",
    }


def altered(question: Question, **changes: Any) -> Question:
    changed = copy.deepcopy(question)
    changed["queries"][0] |= changes
    return changed


def of_another_form(question: Question, **changes: Any) -> Question:
    changed = copy.deepcopy(question)
    changed["form_data"] |= changes
    return changed


ATTEMPTS: dict[str, Change] = {
    "SQL as a metric": lambda asked: altered(asked, metrics=[SQL_METRIC]),
    "ts_rewrite as a metric": lambda asked: altered(asked, metrics=[REWRITE]),
    "SQL as a column": lambda asked: altered(
        asked, columns=[{"expressionType": "SQL", "sqlExpression": SUBQUERY, "label": "mine"}]
    ),
    "SQL as an axis": lambda asked: altered(
        asked,
        columns=[{"columnType": "BASE_AXIS", "expressionType": "SQL", "sqlExpression": SUBQUERY, "label": "mine"}],
    ),
    "SQL as an order": lambda asked: altered(asked, orderby=[[SQL_METRIC, True]]),
    "SQL as a limit of series": lambda asked: altered(asked, series_limit=1, series_limit_metric=SQL_METRIC),
    "SQL as a filter's column": lambda asked: altered(
        asked,
        filters=[{"col": {"expressionType": "SQL", "sqlExpression": SUBQUERY, "label": "m"}, "op": "IS NOT NULL"}],
    ),
    "extras.where": lambda asked: altered(asked, extras={"where": f"1 = 1 or {SUBQUERY} is not null"}),
    "extras.having": lambda asked: altered(asked, extras={"having": f"{SUBQUERY} is not null"}),
    "a column that the chart does not show": lambda asked: altered(asked, columns=["project_name"]),
    "a simple aggregate of its own": lambda asked: altered(
        asked,
        metrics=[
            {"expressionType": "SIMPLE", "aggregate": "MAX", "column": {"column_name": "project_name"}, "label": "mine"}
        ],
    ),
    "a filter on one of a group": lambda asked: altered(
        asked, filters=[{"col": "alias", "op": "==", "val": "(group) 1"}]
    ),
    "samples": lambda asked: {**asked, "result_type": "samples"},
    "drill to detail": lambda asked: {**asked, "result_type": "drill_detail"},
    "the query": lambda asked: {**asked, "result_type": "query"},
    "samples of one query": lambda asked: altered(asked, result_type="samples"),
    "drill to detail without a chart": lambda asked: of_another_form(asked, slice_id=None),
    "drill by": lambda asked: of_another_form(
        altered(asked, columns=["project_name"]),
        slice_id=0, chart_id=asked["form_data"]["slice_id"], groupby=["project_name"],
    ),
    "a metric as a native filter": lambda asked: of_another_form(
        altered(asked, metrics=[SQL_METRIC]), type="NATIVE_FILTER", native_filter_id="NATIVE_FILTER-project_name"
    ),
    "another chart's slice": lambda asked: of_another_form(asked, slice_id=asked["form_data"]["slice_id"] + 1),
    "a layer of another chart": lambda asked: of_another_form(asked, parent_slice_id=asked["form_data"]["slice_id"]),
    "no dashboard": lambda asked: of_another_form(asked, dashboardId=None),
    "no form": lambda asked: {**asked, "form_data": None},
    "another dataset": lambda asked: {**asked, "datasource": {"id": asked["datasource"]["id"] + 1, "type": "table"}},
    "annotations": lambda asked: altered(
        asked,
        annotation_layers=[
            {"name": "a", "annotationType": "EVENT", "sourceType": "line", "value": asked["form_data"]["slice_id"] + 1,
             "show": True, "style": "solid"}
        ],
    ),
    "another time": lambda asked: altered(asked, time_offsets=["1 year ago"]),
    "post-processing that invents rows": lambda asked: altered(
        asked, post_processing=[{"operation": "resample", "options": {"rule": "1S", "method": "ffill"}}]
    ),
    "another page": lambda asked: altered(asked, row_offset=1),
    "the count of rows": lambda asked: altered(asked, is_rowcount=True),
    "a file": lambda asked: {**asked, "result_format": "csv"},
    "a workbook": lambda asked: {**asked, "result_format": "xlsx"},
}  # fmt: skip


def test_the_chart_itself_is_answered(stella: Viewer, question: Question) -> None:
    answer = stella.ask(question)
    assert answer.status_code == 200, answer.text
    assert answer.json()["result"][0]["data"]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_an_altered_question_is_refused(stella: Viewer, question: Question, attempt: str) -> None:
    answer = stella.ask(ATTEMPTS[attempt](question))
    assert answer.status_code in {400, 403}, f"{answer.status_code} {answer.text[:300]}"
    assert FOREIGN not in answer.text


def other_routes(question: Question) -> list[tuple[str, str, dict[str, Any]]]:
    dataset, chart = question["datasource"]["id"], question["form_data"]["slice_id"]
    board = question["form_data"]["dashboardId"]
    sql = f"select * from marts.overall_activity_days -- {uuid.uuid4()}"
    executed = {"database_id": 1, "sql": sql, "schema": "marts", "client_id": "mine", "runAsync": False}
    report = {"type": "Report", "name": "mine", "crontab": "* * * * *", "chart": chart, "recipients": []}
    return [
        ("GET", f"/api/v1/chart/{chart}/data/", {}),
        ("GET", f"/api/v1/chart/data/{uuid.uuid4().hex}", {}),
        ("PUT", "/api/v1/chart/warm_up_cache", {"json": {"chart_id": chart}}),
        ("POST", f"/datasource/samples?datasource_type=table&datasource_id={dataset}", {"json": {"filters": []}}),
        ("GET", f"/api/v1/datasource/table/{dataset}/column/project_name/values/", {}),
        ("POST", "/superset/explore_json/", {"data": {"form_data": json.dumps(question["form_data"])}}),
        ("GET", f"/explore/?slice_id={chart}", {}),
        ("GET", f"/api/v1/explore/?slice_id={chart}", {}),
        ("POST", "/api/v1/explore/form_data",
         {"json": {"datasource_id": dataset, "datasource_type": "table", "form_data": "{}"}}),
        ("POST", "/api/v1/sqllab/execute/", {"json": executed}),
        ("POST", "/api/v1/sqllab/estimate/", {"json": executed}),
        ("GET", "/api/v1/sqllab/results/?q=(key:mine)", {}),
        ("POST", "/api/v1/saved_query/", {"json": {"db_id": 1, "label": "mine", "sql": sql, "schema": "marts"}}),
        ("GET", "/api/v1/query/", {}),
        ("GET", f"/api/v1/dashboard/export/?q=!({board})", {}),
        ("GET", f"/api/v1/chart/export/?q=!({chart})", {}),
        ("GET", f"/api/v1/dataset/export/?q=!({dataset})", {}),
        ("GET", "/api/v1/database/1/tables/?q=(schema_name:marts)", {}),
        ("GET", "/api/v1/database/1/table_metadata/?name=overall_activity_days&schema=marts", {}),
        ("GET", "/api/v1/database/1/select_star/overall_activity_days/marts/", {}),
        ("POST", "/api/v1/database/1/validate_sql/", {"json": executed}),
        ("POST", "/api/v1/database/test_connection/", {"json": {"sqlalchemy_uri": "postgresql://127.0.0.1/x"}}),
        ("GET", f"/datasource/external_metadata/table/{dataset}/", {}),
        ("POST", "/api/v1/dataset/", {"json": {"database": 1, "table_name": "mine", "sql": sql, "schema": "marts"}}),
        ("PUT", f"/api/v1/dataset/{dataset}", {"json": {"sql": sql}}),
        ("POST", "/api/v1/chart/",
         {"json": {"slice_name": "mine", "datasource_id": dataset, "datasource_type": "table", "params": "{}"}}),
        ("PUT", f"/api/v1/chart/{chart}", {"json": {"params": json.dumps({"metric": SQL_METRIC})}}),
        ("PUT", f"/api/v1/dashboard/{board}", {"json": {"json_metadata": "{}"}}),
        ("POST", f"/api/v1/dashboard/{board}/copy/", {"json": {"dashboard_title": "mine", "json_metadata": "{}"}}),
        ("POST", "/api/v1/report/", {"json": report}),
        ("GET", f"/api/v1/chart/{chart}/screenshot/x/", {}),
        ("POST", f"/api/v1/dashboard/{board}/cache_dashboard_screenshot/", {"json": {}}),
        ("POST", "/api/v1/security/guest_token/", {"json": {"user": {}, "resources": [], "rls": []}}),
        ("GET", "/api/v1/security/users/", {}),
        ("GET", "/api/v1/rowlevelsecurity/", {}),
    ]  # fmt: skip


def test_no_other_route_answers_with_rows(stella: Viewer, question: Question) -> None:
    headers = {"X-CSRFToken": stella.client.get("/api/v1/security/csrf_token/").json().get("result", "")}
    answered = {}
    for method, path, options in other_routes(question):
        answer = stella.client.request(method, path, headers=headers, **options)
        assert FOREIGN not in answer.text, path
        if answer.status_code < 300 and "<html" not in answer.text:
            answered[f"{method} {path}"] = answer.text[:100]
    assert not answered


def test_an_answer_cached_for_one_account_is_not_given_to_another(
    machine: Machine, stella: Viewer, question: Question
) -> None:
    cached = {**question, "force": False}
    assert stella.ask(cached).status_code == stella.ask(cached).status_code == 200
    newcomer = {"login": "noor", "display_name": "Noor New", "roles": ["stakeholder"]}
    with admin_of(machine.settings) as admin:
        account = admin.post("/accounts", newcomer | {"password": machine.settings.passwords.demo})
    with signed_in(machine.settings, ANALYST) as analyst:
        project_id = next(each["project_id"] for each in analyst.get("/projects") if each["name"] == PROJECT)
        analyst.post(f"/projects/{project_id}/shares", {"login": "noor", "permission": "view"})
        noor = Viewer(machine, "noor")
        seen = noor.ask(cached)
        assert seen.status_code == 200
        assert not seen.json()["result"][0]["is_cached"]
        assert noor.ask(cached).json()["result"][0]["is_cached"]
        analyst.delete(f"/projects/{project_id}/shares/{account['account_id']}")
        after = noor.ask(cached)
    noor.client.close()
    assert after.status_code == 403, after.text


def test_nobody_is_told_the_addresses_of_others(stella: Viewer, board: dict[str, Any]) -> None:
    pages = [
        f"/api/v1/dashboard/{board['id']}",
        *(f"/api/v1/dashboard/{board['id']}/{each}" for each in ("datasets", "charts")),
    ]
    lists = [f"/api/v1/{each}/" for each in ("dashboard", "chart", "dataset", "me", "log/recent_activity")]
    people = [f"/api/v1/{each}/related/owners?q=(include_ids:!(1,2,3,4))" for each in ("dashboard", "chart", "dataset")]
    for path in (*pages, *lists, *people, f"/superset/dashboard/{board['id']}/"):
        told = set(re.findall(r"[\w.-]+@[\w.-]+", stella.client.get(path).text))
        assert told <= {f"{STAKEHOLDER.login}@task-mining.invalid"}, path
