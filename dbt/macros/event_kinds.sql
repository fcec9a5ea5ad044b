{# The stored code of an event kind, by its word. A pytest test compares the words with domain.event_kinds. #}
{% macro event_kinds() %}
    {% do return([
        'window_focused', 'clicked', 'typed', 'copied', 'cut', 'pasted', 'scrolled', 'element_changed', 'submitted',
        'idle_started', 'idle_ended', 'locked', 'unlocked', 'private_started', 'private_ended', 'session_started',
        'session_ended', 'slept', 'woke', 'task_started', 'task_stopped'
    ]) %}
{% endmacro %}

{% macro kind(name) %}{% do return(task_mining.event_kinds().index(name)) %}{% endmacro %}

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
{% macro is_kind(column, names) -%}
    {%- set codes = [] -%}
    {%- for name in names -%}{%- do codes.append(task_mining.kind(name)) -%}{%- endfor -%}
    case when {{ column }} < {{ codes | min }} then false
    {%- for code in codes %} when {{ column }} = {{ code }} then true{% endfor %} else false end
{%- endmacro %}

{# Events that say who is there: each changes the state, whatever it was. The rest of domain.activity_states is input. #}
{% macro is_presence(column) -%}
    {{ task_mining.is_kind(column, ['idle_started', 'locked', 'private_started', 'slept', 'session_started', 'session_ended']) }}
{%- endmacro %}

{# Events that only say where attention is: they keep the state. #}
{% macro is_neutral(column) -%}
    {{ task_mining.is_kind(column, ['window_focused', 'task_started', 'task_stopped']) }}
{%- endmacro %}

{# What remains of an excluded context: that attention moved, and everything that is no input. #}
{% macro is_kept_of_excluded(column) -%}
    {{ task_mining.is_kind(column, [
        'window_focused', 'idle_started', 'idle_ended', 'locked', 'unlocked', 'private_started', 'private_ended',
        'session_started', 'session_ended', 'slept', 'woke', 'task_started', 'task_stopped'
    ]) }}
{%- endmacro %}
