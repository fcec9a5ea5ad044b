{{ config(materialized='lake', partition_by='project', folder='aggregates/task_activity/task_activity_in_out') }}

-- One row per project, user-day, category and activity kind, every category included; `is_shown` leaves out those that
-- the configuration keeps out of the dashboards.

select
    project_id,
    project_name,
    day,
    alias,
    category,
    activity_kind,
    category not in (select excluded.category from {{ source('build', 'excluded_categories') }} as excluded)
        as is_shown,
    {{ seconds('sum(case when in_task then duration_us else 0 end)') }} as in_task_seconds,
    {{ seconds('sum(case when in_task then 0 else duration_us end)') }} as out_of_task_seconds
from {{ ref('user_day_categories') }}
group by project_id, project_name, day, alias, category, activity_kind
order by day, alias, category, activity_kind
