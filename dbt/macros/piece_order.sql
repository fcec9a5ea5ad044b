{#
    How a model walks through the pieces of a project, as `event_order` does through events: project_pieces is a table in
    order of day, person and time. Streaming windows see all people one after another: compare `person_day` as well.
#}

{% macro piece_window(frame='') -%}
    {{ walk('partition by person_day order by started_us', frame) }}
{%- endmacro %}

{# For a model that walked through pieces: a streaming walk leaves them in order. #}
{% macro in_piece_order() -%}
    {%- if target.name != 'streaming' -%} order by day, workstation_user_id, started_us {%- endif -%}
{%- endmacro %}
