-- One row per row of project_pieces, in their order. `visit` and `window_visit` name a person-day's merged visits by
-- the instant they begin: neighbouring active activities with the same application (and window name) share one,
-- whatever lies between them; every other activity has its own, negative.

with pieces as (
    select * from {{ ref('project_pieces') }}
),

{%- set numbers = {'visit': 'application_number', 'window_visit': 'window_number'} -%}
{%- set up_to_here = piece_window('rows between unbounded preceding and current row') %}

-- Where the person was last active, up to and with this piece.
walked as (
    select
        *,
    {%- for number in ['person_day'] + (numbers.values() | list) %}
        {{ last_known("case when state = 'active' then " ~ number ~ " end") }}
            over {{ up_to_here }}
            as active_{{ number }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from pieces
),

begun as (
    select
        *,
    {%- for visit, number in numbers.items() %}
        case
            when state <> 'active' then cast(null as bigint)
            when
                lag(active_person_day) over {{ piece_window() }} = person_day
                and lag(active_{{ number }}) over {{ piece_window() }} = {{ number }}
                then cast(null as bigint)
            else activity_started_us
        end as {{ visit }}_begun
        {{- ',' if not loop.last }}
    {%- endfor %}
    from walked
),

visited as (
    select
        *,
    {%- for visit in numbers %}
        {{ last_known(visit ~ '_begun') }} over {{ up_to_here }} as last_{{ visit }}
        {{- ',' if not loop.last }}
    {%- endfor %}
    from begun
)

select
    day,
    workstation_user_id,
    person_day,
    state,
    context_key,
    categorized_key,
    category_number,
    application_number,
    activity_started_us,
    started_us,
    ended_us,
    duration_us,
    case when state = 'active' then last_visit else -activity_started_us end as visit,
    case when state = 'active' then last_window_visit else -activity_started_us end as window_visit,
    is_active,
    in_task,
    event_count,
    key_count,
    click_count,
    copy_count,
    paste_count
from visited
{{ in_piece_order() }}
