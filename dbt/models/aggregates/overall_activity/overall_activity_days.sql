{{ config(materialized='lake', partition_by='project', folder='aggregates/overall_activity/overall_activity_days') }}

-- One row per project, day and alias.

with sums as (
    select
        project_id,
        project_name,
        day,
        alias,
        person_day,
        sum(case when is_active then duration_us else 0 end) as active_us,
        sum(case when activity_kind = 'idle' then duration_us else 0 end) as idle_us,
        sum(case when activity_kind = 'break' then duration_us else 0 end) as break_us,
        sum(case when activity_kind = 'off' then duration_us else 0 end) as off_us,
        sum(case when state = 'private' then duration_us else 0 end) as private_us,
        sum(case when state = 'active' and activity_kind = 'uncategorized' then duration_us else 0 end)
            as uncategorized_us,
        sum(case when activity_kind <> 'off' then duration_us else 0 end) as observed_us,
        sum(case when activity_kind <> 'off' and in_task then duration_us else 0 end) as in_task_us,
        sum(case when activity_kind <> 'off' and not in_task then duration_us else 0 end) as out_of_task_us
    from {{ ref('user_day_categories') }}
    group by project_id, project_name, day, alias, person_day
)

select
    sums.project_id,
    sums.project_name,
    sums.day,
    sums.alias,
    {{ seconds('sums.active_us') }} as active_seconds,
    {{ seconds('sums.idle_us') }} as idle_seconds,
    {{ seconds('sums.break_us') }} as break_seconds,
    {{ seconds('sums.off_us') }} as off_seconds,
    {{ seconds('sums.private_us') }} as private_seconds,
    {{ seconds('sums.uncategorized_us') }} as uncategorized_seconds,
    {{ seconds('sums.observed_us') }} as observed_seconds,
    coalesce(switches.switch_count, 0) as switch_count,
    case
        when sums.active_us > 0
            then coalesce(switches.switch_count, 0) / (cast(sums.active_us as double) / cast(3600000000 as double))
        else 0
    end as switch_rate_per_active_hour,
    coalesce(fragments.fragmentation, 0) as fragmentation,
    {{ seconds('sums.in_task_us') }} as in_task_seconds,
    case when project.has_task_scopes then {{ seconds('sums.out_of_task_us') }} else 0 end as out_of_task_seconds
from sums
cross join {{ source('build', 'project') }} as project
left join {{ ref('user_day_switches') }} as switches
    on sums.person_day = switches.person_day
left join {{ ref('user_day_fragments') }} as fragments
    on sums.person_day = fragments.person_day
order by sums.day, sums.alias
