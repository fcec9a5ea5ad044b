{#
    How a model walks through the event pool. Every day's file is in order of workstation user, time, session and
    sequence. Portable: windows partitioned by day and person. Streaming (DuckDB): one walk through the files as they
    lie, three times cheaper, and right only directly on a plain scan of them, never above a join. A pytest test holds
    the two to the same rows.
#}

{% macro event_window(frame='') -%}
    {{ walk('partition by day, workstation_user_id order by occurred_us, session_key, sequence', frame) }}
{%- endmacro %}

{# A window over rows that lie in this order already. #}
{% macro walk(order, frame) %}{{ return(adapter.dispatch('walk', 'task_mining')(order, frame)) }}{% endmacro %}

{% macro default__walk(order, frame) -%} ({{ order }} {{ frame }}) {%- endmacro %}

{% macro duckdb__walk(order, frame) -%} ({{ '' if target.name == 'streaming' else order }} {{ frame }}) {%- endmacro %}

{# One number for a person and day: streaming windows see all people one after another, and compare it. #}
{% macro person_day(workstation_user_id, day) -%}
    cast({{ workstation_user_id }} as bigint) * 100000 + {{ day_number(day) }}
{%- endmacro %}

{# A number in the order of a person's days, runs and parts of runs. #}
{% macro piece_number(day, run, part) -%}
    (cast({{ day_number(day) }} as bigint) * 1000000000 + {{ run }}) * 2 + {{ part }}
{%- endmacro %}
