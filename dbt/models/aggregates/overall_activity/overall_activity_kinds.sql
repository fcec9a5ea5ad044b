{{ config(materialized='lake', partition_by='project', folder='aggregates/overall_activity/overall_activity_kinds') }}

-- One row per project, user-day and activity kind.

select
    project_id,
    project_name,
    day,
    alias,
    activity_kind,
    {{ seconds('sum(duration_us)') }} as seconds
from {{ ref('user_day_categories') }}
group by project_id, project_name, day, alias, activity_kind
order by day, alias, activity_kind
