{{ config(materialized='lake', partition_by='project', folder='aggregates/overall_activity/overall_activity_hours') }}

-- One row per project, day, local hour and category with active time.

with active as (
    select * from {{ ref('datamart') }}
    where state = 'active' and {{ is_active_kind('activity_kind') }}
),

cut as (
    select
        active.project_id,
        active.project_name,
        active.day,
        local_hours.hour,
        active.category,
        least(active.ended_us, local_hours.ends_us) - greatest(active.started_us, local_hours.starts_us) as duration_us
    from active
    inner join {{ source('build', 'project_people') }} as project_people
        on active.workstation_user_id = project_people.workstation_user_id
    inner join {{ source('build', 'local_hours') }} as local_hours
        on project_people.time_zone = local_hours.time_zone
        and active.day = local_hours.day
        and active.started_us < local_hours.ends_us
        and active.ended_us > local_hours.starts_us
)

select
    project_id,
    project_name,
    day,
    case {{ weekday_number('day') }}
        when 1 then '1 Mon' when 2 then '2 Tue' when 3 then '3 Wed' when 4 then '4 Thu'
        when 5 then '5 Fri' when 6 then '6 Sat' else '7 Sun'
    end as weekday,
    hour,
    category,
    {{ seconds('sum(duration_us)') }} as active_seconds
from cut
group by project_id, project_name, day, hour, category
order by day, hour, category
