{{ config(materialized='lake', partition_by='project', folder='aggregates/overall_activity/overall_activity_days') }}

-- One row per project, day and alias.

with pieces as (
    select * from {{ ref('project_visits') }}
),

-- Visits of at least two seconds, in order.
visits as (
    select
        person_day,
        visit,
        min(application_number) as application_number
    from pieces
    where state = 'active'
    group by person_day, visit
    having sum(duration_us) >= 2000000
),

visits_in_order as (
    select
        *,
        lag(application_number) over (partition by person_day order by visit) as number_before
    from visits
),

switches as (
    select
        person_day,
        cast(sum(case when application_number <> number_before then 1 else 0 end) as bigint) as switch_count
    from visits_in_order
    group by person_day
),

-- Runs of one category among active activities.
categories_in_order as (
    select
        *,
        case
            when
                lag(person_day) over {{ piece_window() }} = person_day
                and lag(category_number) over {{ piece_window() }} = category_number
                then cast(null as bigint)
            else started_us
        end as run_begun
    from pieces
    where is_active
),

numbered as (
    select
        *,
        {{ last_known('run_begun') }}
            over {{ piece_window('rows between unbounded preceding and current row') }} as run
    from categories_in_order
),

runs as (
    select
        person_day,
        run,
        cast({{ whole('cast(sum(duration_us) as bigint)', '1000') }} as bigint) as run_milliseconds
    from numbered
    group by person_day, run
),

fragments as (
    select
        person_day,
        cast(sum(run_milliseconds * run_milliseconds) as bigint) as squares,
        cast(sum(run_milliseconds) as bigint) as active_milliseconds
    from runs
    group by person_day
),

sums as (
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
    case
        when fragments.active_milliseconds > 0
            then 1 - cast(fragments.squares as double)
                / (cast(fragments.active_milliseconds as double) * cast(fragments.active_milliseconds as double))
        else 0
    end as fragmentation,
    {{ seconds('sums.in_task_us') }} as in_task_seconds,
    case when project.has_task_scopes then {{ seconds('sums.out_of_task_us') }} else 0 end as out_of_task_seconds
from sums
cross join {{ source('build', 'project') }} as project
left join switches
    on sums.person_day = switches.person_day
left join fragments
    on sums.person_day = fragments.person_day
order by sums.day, sums.alias
