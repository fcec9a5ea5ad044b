{#
    How a model walks through the event pool. Every day's file is in order of workstation user, time, session and
    sequence. Portable: windows partitioned by day and person. Streaming (DuckDB): one walk through the files as they
    lie, three times cheaper, and right only directly on a plain scan of them, never above a join. A pytest test holds
    the two to the same rows.
#}

{% macro event_window(frame='') %}{{ return(adapter.dispatch('event_window', 'task_mining')(frame)) }}{% endmacro %}

{% macro default__event_window(frame) -%}
    (partition by day, workstation_user_id order by occurred_us, session_key, sequence {{ frame }})
{%- endmacro %}

{% macro duckdb__event_window(frame) -%}
    {%- if target.name == 'streaming' -%} ({{ frame }})
    {%- else -%} {{ task_mining.default__event_window(frame) }}
    {%- endif -%}
{%- endmacro %}

{# A number in the order of a person's days, runs and parts of runs. #}
{% macro piece_number(day, run, part) -%}
    (cast({{ day_number(day) }} as bigint) * 1000000000 + {{ run }}) * 2 + {{ part }}
{%- endmacro %}
