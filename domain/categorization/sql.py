"""A rule set as one SQL query over distinct contexts: the conditions once, everything else by the rank they gave.

The same in Python is `RuleSet.categorize`; a property test holds the two to the same answers.
"""

from collections.abc import Sequence
from itertools import groupby

from domain.categorization.rules import MAX_RULE, CategorizationRule, Categorized, RuleSet
from domain.categorization.window_names import window_name_sql
from domain.conditions.sql import CONTEXT_COLUMNS, Dialect, condition_sql, contains_any_sql, fold_sql, text_sql
from domain.conditions.tree import Comparison, Operator, comparisons

#: How many rules that seek a text one pattern answers for. So many of the longest texts are still a pattern to RE2.
SOUGHT_TOGETHER = 64
#: Fewer are asked one by one: a pattern costs as much as some of them.
FEWEST_SOUGHT = 4


def rule_set_sql(rule_set: RuleSet, relation: str, *, dialect: Dialect = Dialect.DUCKDB) -> str:
    """A query: context_key, activity_kind, category, application, window_name, rank; one row per row of `relation`.

    `relation` (a table, view or parenthesised query) has context_key, application, window_title, url, never null.
    """
    rows = ", ".join([*(_row_sql(rule, dialect) for rule in rule_set.ranked), _row_sql(MAX_RULE, dialect)])
    window_names = "".join(
        f" when {rule.rank} then {_window_name_sql(rule, dialect)}"
        for rule in rule_set.ranked
        if rule.window_name is not None
    )
    return f"""
select
    categorized.context_key,
    rules.activity_kind,
    rules.category,
    coalesce(rules.application, {_friendly_name_sql(rule_set, dialect)}) as application,
    case categorized.rank
        when {MAX_RULE.rank} then {text_sql(MAX_RULE.window_name, dialect=dialect)}{window_names}
        else categorized.window_title
    end as window_name,
    cast(categorized.rank as integer) as rank
from (
    select contexts.*, {rank_sql(rule_set, dialect=dialect)} as rank
    from {relation} as contexts
) as categorized
inner join (values {rows}) as rules (rank, activity_kind, category, application)
    on categorized.rank = rules.rank
""".strip()


def rank_sql(rule_set: RuleSet, *, dialect: Dialect = Dialect.DUCKDB) -> str:
    """The rank of the first rule that holds, over columns application, window_title and url."""
    whens = "".join(
        _some_ranks_sql(field, same[start : start + SOUGHT_TOGETHER], dialect)
        for field, same in ((field, tuple(rules)) for field, rules in groupby(rule_set.ranked, key=_field_sought_in))
        for start in range(0, len(same), SOUGHT_TOGETHER)
    )
    return f"case{whens} else {MAX_RULE.rank} end" if whens else str(MAX_RULE.rank)


def _field_sought_in(rule: CategorizationRule) -> str | None:
    """The field, where all that the rule does is to seek a text in one."""
    match rule.condition:
        case Comparison(field, Operator.CONTAINS, _) if field in CONTEXT_COLUMNS:
            return str(field)
    return None


def _some_ranks_sql(field: str | None, rules: Sequence[CategorizationRule], dialect: Dialect) -> str:
    """Branches for rules in a row. Where all seek in one field, they are asked only if any of their texts is there."""
    whens = "".join(
        f" when {condition_sql(rule.condition, CONTEXT_COLUMNS, dialect=dialect)} then {rule.rank}" for rule in rules
    )
    if field is None or len(rules) < FEWEST_SOUGHT or dialect is not Dialect.DUCKDB:
        return whens
    texts = [comparison.value for rule in rules for comparison in comparisons(rule.condition)]
    return f" when {contains_any_sql(CONTEXT_COLUMNS[field], texts)} then case{whens} end"


def _row_sql(rule: CategorizationRule | Categorized, dialect: Dialect) -> str:
    texts = (rule.activity_kind, rule.category, rule.application or None)
    return f"({rule.rank}, {', '.join('null' if each is None else text_sql(each, dialect=dialect) for each in texts)})"


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
