"""A rule set as one SQL query over distinct contexts: the conditions once, everything else by the rank they gave.

The same in Python is `RuleSet.categorize`; a property test holds the two to the same answers.
"""

from collections.abc import Callable

from domain.categorization_rules import MAX_RULE, CategorizationRule, RuleSet
from domain.conditions.sql import CONTEXT_COLUMNS, Dialect, condition_sql, fold_sql, text_sql
from domain.window_names import window_name_sql


def rule_set_sql(rule_set: RuleSet, relation: str, *, dialect: Dialect = Dialect.DUCKDB) -> str:
    """A query: context_key, activity_kind, category, application, window_name, rank; one row per row of `relation`.

    `relation` (a table, view or parenthesised query) has context_key, application, window_title, url, never null.
    """

    def by_rank(expression: Callable[[CategorizationRule], str], otherwise: str) -> str:
        whens = "".join(f" when {rule.rank} then {expression(rule)}" for rule in rule_set.ranked)
        return f"case categorized.rank{whens} else {otherwise} end" if whens else otherwise

    def literal(text: str) -> str:
        return text_sql(text, dialect=dialect)

    friendly = _friendly_name_sql(rule_set, dialect)
    return f"""
select
    categorized.context_key,
    {by_rank(lambda rule: literal(rule.activity_kind), literal(MAX_RULE.activity_kind))} as activity_kind,
    {by_rank(lambda rule: literal(rule.category), literal(MAX_RULE.category))} as category,
    {by_rank(lambda rule: literal(rule.application) if rule.application else friendly, literal(MAX_RULE.application))}
        as application,
    {by_rank(lambda rule: _window_name_sql(rule, dialect), literal(MAX_RULE.window_name))} as window_name,
    cast(categorized.rank as integer) as rank
from (
    select contexts.*, {rank_sql(rule_set, dialect=dialect)} as rank
    from {relation} as contexts
) as categorized
""".strip()


def rank_sql(rule_set: RuleSet, *, dialect: Dialect = Dialect.DUCKDB) -> str:
    """The rank of the first rule that holds, over columns application, window_title and url."""
    whens = "".join(
        f" when {condition_sql(rule.condition, CONTEXT_COLUMNS, dialect=dialect)} then {rule.rank}"
        for rule in rule_set.ranked
    )
    return f"case{whens} else {MAX_RULE.rank} end" if whens else str(MAX_RULE.rank)


def _window_name_sql(rule: CategorizationRule, dialect: Dialect) -> str:
    return window_name_sql(rule.window_name, rule.condition, column="categorized.window_title", dialect=dialect)


def _friendly_name_sql(rule_set: RuleSet, dialect: Dialect) -> str:
    column = "categorized.application"
    replacements = [
        (text_sql(executable, dialect=dialect), text_sql(name, dialect=dialect))
        for executable, name in rule_set.replacements.items()
    ]
    whens = "".join(f" when {fold_sql(executable, dialect=dialect)} then {name}" for executable, name in replacements)
    return f"case {fold_sql(column, dialect=dialect)}{whens} else {column} end" if whens else column
