"""The product's results in the form in which `pandas_aggregates` gives them, so that the two can be compared.

`comparison` compares their digests.
"""

from pipelines.mining.lake.engine import open_engine, parquet_sql
from pipelines.mining.lake.files import Lake
from tests.fixtures.generated_facts import PROJECT_ID

Rows = list[tuple[object, ...]]

_USER_DAY = "cast(day as varchar), cast(substr(alias, 2) as integer)"
_DURATION = "cast(round(sum(seconds) * 1e6) as bigint)"
_QUERIES = {
    "activities": "select cast(day as varchar), workstation_user_id, state, cast(sum(duration_us) as bigint), "
    "cast(sum(event_count) as bigint), cast(sum(key_count) as bigint) from {activities} group by all",
    "kinds": f"select {_USER_DAY}, activity_kind, {_DURATION} from {{overall_activity_kinds}} group by all",
    "applications": f"select {_USER_DAY}, category, application, {_DURATION}, cast(sum(view_count) as bigint) "
    "from {overall_activity_applications} where is_used group by all",
    "windows": f"select {_USER_DAY}, category, application, window_name, {_DURATION}, "
    "cast(sum(view_count) as bigint) from {overall_activity_windows} group by all",
    "hours": "select cast(day as varchar), hour, category, cast(round(sum(active_seconds) * 1e6) as bigint) "
    "from {overall_activity_hours} group by all",
    "days": f"select {_USER_DAY}, switch_count, round(fragmentation, 9) from {{overall_activity_days}} "
    "where active_seconds > 0",
    "copy_paste": "select cast(day as varchar), copied_from, pasted_into, paste_count, "
    "cast(round(median_seconds * 2e6) as bigint) from {overall_activity_copy_paste}",
}


def read_results(lake: Lake) -> dict[str, Rows]:
    """Rows of each aggregate in order."""
    relations = {
        path.name: parquet_sql([lake.project_file(f"aggregates/overall_activity/{path.name}", PROJECT_ID)])
        for path in lake.dataset("aggregates").glob("overall_activity/*")
    }
    options = "hive_partitioning = true, hive_types = {'day': date}"
    relations["activities"] = parquet_sql(lake.days("activities").values(), options=options)
    with open_engine() as engine:
        return {name: sorted(engine.execute(query.format(**relations)).fetchall()) for name, query in _QUERIES.items()}
