{# Questions about event kinds, answered from the table `event_kinds()` in domain.sql; new kinds need no change here. #}

{% macro kind(name) %}{% do return(task_mining.event_kinds()[name]['code']) %}{% endmacro %}

{% macro kinds(names) -%}
    {%- set codes = [] -%}
    {%- for name in names -%}{%- do codes.append(task_mining.kind(name)) -%}{%- endfor -%}
    ({{ codes | join(', ') }})
{%- endmacro %}

{#
    Whether an event's kind is one of some, as a case: a list (`in`) may become a hash join, and a streaming window above
    a join returns wrong rows (DuckDB 2.0). Nearly all events are input, whose codes are the lowest: one comparison
    settles them.
#}
{% macro is_kind(column, kinds) -%}
    {%- set codes = kinds | map(attribute='code') | list -%}
    case when {{ column }} < {{ codes | min }} then false
    {%- for code in codes %} when {{ column }} = {{ code }} then true{% endfor %} else false end
{%- endmacro %}

{# Kinds with a row in the table; of any other nothing is kept. #}
{% macro is_classified(column) -%}
    {{ column }} <= {{ task_mining.event_kinds().values() | map(attribute='code') | max }}
{%- endmacro %}

{# Events that say who is there: each changes the state, whatever it was. The rest is input, or keeps the state. #}
{% macro is_presence(column) -%}
    {{ task_mining.is_kind(column, task_mining.event_kinds().values() | selectattr('changes_presence')) }}
{%- endmacro %}

{# The state that an event which says who is there leaves. #}
{% macro presence_state(column) -%}
    case
        {%- for row in task_mining.event_kinds().values() | selectattr('changes_presence') %}
        when {{ column }} = {{ row.code }} then '{{ row.state_after }}'
        {%- endfor %}
    end
{%- endmacro %}

{# Events that only say where attention is: they keep the state. #}
{% macro is_neutral(column) -%}
    {{ task_mining.is_kind(column, task_mining.event_kinds().values() | selectattr('state_after', 'none')) }}
{%- endmacro %}

{# What remains of an excluded context: that attention moved, and everything that is no input. #}
{% macro is_kept_of_excluded(column) -%}
    {{ task_mining.is_kind(column, task_mining.event_kinds().values() | selectattr('is_kept_of_excluded')) }}
{%- endmacro %}

{# Whether an activity kind counts as active time. #}
{% macro is_active_kind(column) -%}
    {{ column }} in ({% for kind in task_mining.active_kinds() %}'{{ kind }}'{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
