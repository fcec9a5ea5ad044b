-- One row per row of project_pieces, in their order. `visit` and `window_visit` name a person-day's merged visits by
-- the instant they begin: neighbouring active activities with the same application (and window name) share one,
-- whatever lies between them; every other activity has its own, negative.

with pieces as (
    select * from {{ ref('project_pieces') }}
),

-- Where the person was last active, up to and with this piece.
walked as (
    select
        *,
        {{ last_known("case when state = 'active' then person_day end") }}
            over {{ piece_window('rows between unbounded preceding and current row') }} as active_person_day,
        {{ last_known("case when state = 'active' then application_number end") }}
            over {{ piece_window('rows between unbounded preceding and current row') }} as active_application,
        {{ last_known("case when state = 'active' then window_number end") }}
            over {{ piece_window('rows between unbounded preceding and current row') }} as active_window
    from pieces
),

begun as (
    select
        *,
        case
            when state <> 'active' then cast(null as bigint)
            when
                lag(active_person_day) over {{ piece_window() }} = person_day
                and lag(active_application) over {{ piece_window() }} = application_number
                then cast(null as bigint)
            else activity_started_us
        end as visit_begun,
        case
            when state <> 'active' then cast(null as bigint)
            when
                lag(active_person_day) over {{ piece_window() }} = person_day
                and lag(active_window) over {{ piece_window() }} = window_number
                then cast(null as bigint)
            else activity_started_us
        end as window_visit_begun
    from walked
),

visited as (
    select
        *,
        {{ last_known('visit_begun') }}
            over {{ piece_window('rows between unbounded preceding and current row') }} as last_visit,
        {{ last_known('window_visit_begun') }}
            over {{ piece_window('rows between unbounded preceding and current row') }} as last_window_visit
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
