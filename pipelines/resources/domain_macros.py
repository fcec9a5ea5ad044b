"""Writes `dbt/macros/domain.sql`: what the SQL must know of the domain's tables, as dbt macros.

Run it (`make macros`) after a change of `domain.event_kinds` or `domain.activity_states`; a test compares the file with
them. A file rather than dbt variables, so that plain `dbt build`, `dbt docs` and sqlfluff know the same as the product.
"""

from domain.activity_states import ACTIVE_KINDS, ActivityKind, ActivityState
from domain.event_kinds import DEFINITIONS, EventKind, KindDefinition
from pipelines.project_files import DBT_PROJECT

MACROS = DBT_PROJECT / "macros" / "domain.sql"
UNOBSERVED = "unobserved"
"""The state after an event that ends observation."""

_HEAD = """\
{# Written by `make macros` from domain/event_kinds.py and domain/activity_states.py: change those, not this file. #}

{# Every event kind by its word: its stored code, the state it leaves (none: the one before), and what is kept of it. #}
{% macro event_kinds() %}
    {% do return({
"""
_BETWEEN = """\
    }) %}
{% endmacro %}

{# Activity kinds that count as active time. #}
{% macro active_kinds() %}{% do return(["""
_TAIL = """]) %}{% endmacro %}
"""


def domain_macros() -> str:
    """The text of the file."""
    rows = "".join(_row(kind, row) for kind, row in sorted(DEFINITIONS.items(), key=lambda each: each[1].code))
    return _HEAD + rows + _BETWEEN + ", ".join(_word(kind) for kind in ACTIVE_KINDS) + _TAIL


def main() -> None:
    MACROS.write_text(domain_macros(), encoding="utf-8")


def _row(kind: EventKind, row: KindDefinition) -> str:
    state = UNOBSERVED if row.ends_observation else row.state_after
    facts = {
        "code": str(row.code),
        "state_after": "none" if state is None else _word(state),
        "changes_presence": str(row.changes_presence).lower(),
        "is_kept_of_excluded": str(row.is_kept_of_excluded).lower(),
    }
    return f"        {_word(kind)}: {{{', '.join(f'{_word(name)}: {value}' for name, value in facts.items())}}},\n"


def _word(text: EventKind | ActivityKind | ActivityState | str) -> str:
    return f"'{text}'"


if __name__ == "__main__":
    main()
