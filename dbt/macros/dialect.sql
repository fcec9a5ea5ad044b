{# Where engines differ: the default is the portable form, an override has the engine's name. Nothing here knows the domain. #}

{% macro microseconds(instant) %}{{ return(adapter.dispatch('microseconds', 'task_mining')(instant)) }}{% endmacro %}
{% macro default__microseconds(instant) %}unix_micros({{ instant }}){% endmacro %}
{% macro duckdb__microseconds(instant) %}epoch_us({{ instant }}){% endmacro %}

{% macro instant(microseconds) %}{{ return(adapter.dispatch('instant', 'task_mining')(microseconds)) }}{% endmacro %}
{% macro default__instant(microseconds) %}timestamp_micros({{ microseconds }}){% endmacro %}
{% macro duckdb__instant(microseconds) %}make_timestamptz({{ microseconds }}){% endmacro %}

{% macro day_number(day) %}{{ return(adapter.dispatch('day_number', 'task_mining')(day)) }}{% endmacro %}
{% macro default__day_number(day) %}datediff({{ day }}, date '2000-01-01'){% endmacro %}
{% macro duckdb__day_number(day) %}({{ day }} - date '2000-01-01'){% endmacro %}

{% macro weekday_number(day) %}{{ return(adapter.dispatch('weekday_number', 'task_mining')(day)) }}{% endmacro %}
{% macro default__weekday_number(day) %}(weekday({{ day }}) + 1){% endmacro %}
{% macro duckdb__weekday_number(day) %}isodow({{ day }}){% endmacro %}

{% macro last_known(column) %}{{ return(adapter.dispatch('last_known', 'task_mining')(column)) }}{% endmacro %}
{% macro default__last_known(column) %}last_value({{ column }}, true){% endmacro %}
{% macro duckdb__last_known(column) %}last_value({{ column }} ignore nulls){% endmacro %}

{% macro median(column) %}percentile_cont(0.5) within group (order by {{ column }}){% endmacro %}

{% macro whole(dividend, divisor) %}{{ return(adapter.dispatch('whole', 'task_mining')(dividend, divisor)) }}{% endmacro %}
{% macro default__whole(dividend, divisor) %}({{ dividend }} div {{ divisor }}){% endmacro %}
{% macro duckdb__whole(dividend, divisor) %}({{ dividend }} // {{ divisor }}){% endmacro %}

{# Seconds of a sum of whole microseconds. #}
{% macro seconds(microseconds) %}(cast({{ microseconds }} as bigint) / cast(1000000 as double)){% endmacro %}
