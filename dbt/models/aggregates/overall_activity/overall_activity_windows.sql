{{ config(materialized='lake', partition_by='project', folder='aggregates/overall_activity/overall_activity_windows') }}

-- One row per project, user-day and window that was used.

with shown as (
    select * from {{ ref('shown_activities') }}
),

windows as (
    select
        category,
        application,
        window_name,
        row_number() over (order by sum(duration_us) desc, category, application asc, window_name asc) as place
    from shown
    group by category, application, window_name
),

named as (
    select
        shown.*,
        case when windows.place <= 500 then shown.window_name else '(other windows)' end as shown_window_name
    from shown
    inner join windows
        on shown.category = windows.category
        and shown.application = windows.application
        and shown.window_name = windows.window_name
)

select
    project_id,
    project_name,
    day,
    alias,
    category,
    application,
    shown_window_name as window_name,
    min(activity_kind) as activity_kind,
    {{ seconds('sum(duration_us)') }} as seconds,
    count(distinct window_visit) as view_count
from named
group by project_id, project_name, day, alias, category, application, shown_window_name
order by day, alias, category, application, window_name
