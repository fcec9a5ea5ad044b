"""Judges every known context and event kind by the event filters; lists those that are not simply kept.

The dbt model `event_pool` carries the verdicts out. A new kind of filter gets its meaning in `domain.event_filters`.
"""

from collections.abc import Iterator, Mapping

import pyarrow as pa

from domain.conditions.sql import CONTEXT_COLUMNS, condition_sql, text_sql
from domain.conditions.tree import Field, fields_of
from domain.contexts import Context
from domain.event_filters.rules import EventFilter, Verdict, masked_context, verdict
from domain.event_kinds import CODE_BY_KIND, EventKind
from pipelines.mining.lake.engine import EngineLimits, open_engine

SCHEMA = pa.schema(
    [
        ("context_key", pa.int64()),
        ("kind", pa.int8()),
        ("is_excluded", pa.bool_()),
        ("masked_context_key", pa.int64()),
        ("masks_element_name", pa.bool_()),
        ("masks_element", pa.bool_()),
        ("masks_counts", pa.bool_()),
    ]
)


def judge_contexts(
    contexts: pa.Table,
    filters: tuple[EventFilter, ...],
    *,
    replacement: str,
    limits: EngineLimits | None = None,
) -> tuple[pa.Table, list[Context]]:
    """The verdicts as a table of SCHEMA, and the masked contexts they lead to.

    The engine finds the few contexts that any filter may concern; Python, the same judge as on the workstation, says
    what follows for each event kind.
    """
    if not filters or not contexts.num_rows:
        return SCHEMA.empty_table(), []
    rows: list[tuple[object, ...]] = []
    masked: dict[int, Context] = {}
    for context_key, context in _concerned(contexts, filters, limits):
        for kind, said in _verdicts(context, filters):
            hidden = masked_context(context, said.masked_fields, replacement=replacement)
            if hidden != context and not said.is_excluded:
                masked[hidden.key] = hidden
            rows.append((context_key, CODE_BY_KIND[kind], said.is_excluded, hidden.key, *_masks(said)))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA), [masked[key] for key in sorted(masked)]


def _concerned(
    contexts: pa.Table, filters: tuple[EventFilter, ...], limits: EngineLimits | None
) -> Iterator[tuple[int, Context]]:
    """Contexts for which some filter holds for some event kind."""
    by_kind = any(Field.KIND in fields_of(each.condition) for each in filters)
    kinds = ", ".join(f"({text_sql(kind)})" for kind in (CODE_BY_KIND if by_kind else (EventKind.WINDOW_FOCUSED,)))
    columns = {**CONTEXT_COLUMNS, "kind": "kinds.kind"}
    holds = " or ".join(f"({condition_sql(each.condition, columns)})" for each in filters)
    with open_engine(limits) as engine:
        engine.register("contexts", contexts)
        rows = engine.execute(f"""
            select distinct context_key, application, window_title, url
            from contexts cross join (values {kinds}) as kinds(kind)
            where {holds}
            order by context_key
        """).fetchall()
    for context_key, application, window_title, url in rows:
        yield context_key, Context(application, window_title, url)


def _verdicts(context: Context, filters: tuple[EventFilter, ...]) -> Iterator[tuple[EventKind, Verdict]]:
    fields: Mapping[str, str] = {
        "application": context.application,
        "window_title": context.window_title,
        "url": context.url,
    }
    for kind in CODE_BY_KIND:
        said = verdict(filters, {**fields, "kind": kind})
        if not said.keeps_all:
            yield kind, said


def _masks(said: Verdict) -> tuple[bool, bool, bool]:
    return (
        "element_name" in said.masked_fields,
        "element_id" in said.masked_fields,
        "key_count" in said.masked_fields,
    )
