"""Categorizes every context by a rule set, once per version of the rule set, and keeps the result in the lake."""

import uuid
from pathlib import Path

import pyarrow as pa

from domain.categorization.rules import STATE_RULES, RuleSet
from domain.categorization.sql import rule_set_sql
from pipelines.mining.lake.contexts import read_contexts
from pipelines.mining.lake.engine import EngineLimits, copy_sql, open_engine, parquet_sql
from pipelines.mining.lake.files import Lake, replacing

DATASET = "context_categories"
STATE_RULES_SCHEMA = pa.schema(
    [
        ("state", pa.string()),
        ("activity_kind", pa.string()),
        ("category", pa.string()),
        ("application", pa.string()),
        ("window_name", pa.string()),
    ]
)


def category_files(lake: Lake, rule_set_version: int) -> list[Path]:
    return sorted((lake.dataset(DATASET) / f"rule_set_version={rule_set_version}").glob("*.parquet"))


def categorize_contexts(lake: Lake, rule_set: RuleSet, *, limits: EngineLimits | None = None) -> int:
    """Categorizes the contexts that this version has never seen; says how many those were."""
    known = category_files(lake, rule_set.version)
    with open_engine(limits) as engine:
        engine.register("all_contexts", read_contexts(lake))
        seen = (
            parquet_sql(known, options="hive_partitioning = false")
            if known
            else "(select cast(null as bigint) as context_key)"
        )
        engine.execute(f"""
            create temp table new_contexts as
            select * from all_contexts anti join {seen} as seen on all_contexts.context_key = seen.context_key
        """)
        count = int(engine.execute("select count(*) from new_contexts").fetchall()[0][0])
        if count:
            path = lake.dataset(DATASET) / f"rule_set_version={rule_set.version}" / f"{uuid.uuid4().hex}.parquet"
            with replacing(lake, path) as staged:
                query = f"{rule_set_sql(rule_set, 'new_contexts')} order by context_key"
                engine.execute(copy_sql(query, staged, options="compression zstd"))
    return count


def categories_sql(lake: Lake, rule_set_version: int) -> str:
    """A query over the categories of one version; each context once. `categorize_contexts` must have run."""
    files = category_files(lake, rule_set_version)
    if not files:
        return """
            select
                cast(null as bigint) as context_key, '' as activity_kind, '' as category, '' as application,
                '' as window_name, 0 as rank
            where false
        """
    return f"select distinct on (context_key) * from {parquet_sql(files, options='hive_partitioning = false')}"


def state_rules() -> pa.Table:
    """The predefined rules for the states that are no contexts."""
    rows = [
        {
            "state": str(state),
            "activity_kind": str(rule.activity_kind),
            "category": rule.category,
            "application": rule.application,
            "window_name": rule.window_name,
        }
        for state, rule in STATE_RULES.items()
    ]
    return pa.Table.from_pylist(rows, schema=STATE_RULES_SCHEMA)
