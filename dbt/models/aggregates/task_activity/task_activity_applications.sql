{{ config(materialized='lake', partition_by='project', folder='aggregates/task_activity/task_activity_applications') }}

-- One row per project, user-day with time inside instances of a task, that task, and application of any task of the
-- project, used or not. Small categories are in "Minor activities".

with pieces as (
    select * from {{ ref('task_pieces') }}
),

user_days as (
    select distinct
        day,
        alias,
        task_name
    from pieces
    where activity_kind <> 'off'
),

-- Parallel instances of one task count a piece once.
distinct_pieces as (
    select
        day,
        alias,
        workstation_user_id,
        task_name,
        category,
        application,
        started_us,
        min(duration_us) as duration_us,
        min(visit) as visit,
        sum(touch_us) as touch_us
    from pieces
    where category not in (select excluded.category from {{ source('build', 'excluded_categories') }} as excluded)
    group by day, alias, workstation_user_id, task_name, category, application, started_us
),

categories as (
    select
        category,
        row_number() over (order by sum(duration_us) desc, category) as place
    from distinct_pieces
    group by category
),

shown as (
    select
        distinct_pieces.day,
        distinct_pieces.alias,
        distinct_pieces.task_name,
        case
            when categories.place > project.max_categories then 'Minor activities' else distinct_pieces.category
        end as category,
        case
            when categories.place > project.max_categories then 'Minor activities' else distinct_pieces.application
        end as application,
        case when categories.place > project.max_categories then 'uncategorized' else kinds.activity_kind end
            as activity_kind,
        distinct_pieces.duration_us,
        distinct_pieces.touch_us,
        distinct_pieces.visit
    from distinct_pieces
    cross join {{ source('build', 'project') }} as project
    inner join categories
        on distinct_pieces.category = categories.category
    inner join {{ ref('application_kinds') }} as kinds
        on distinct_pieces.category = kinds.category
        and distinct_pieces.application = kinds.application
),

applications as (
    select
        category,
        application,
        min(activity_kind) as activity_kind
    from shown
    group by category, application
),

used as (
    select
        day,
        alias,
        task_name,
        category,
        application,
        sum(duration_us) as duration_us,
        sum(touch_us) as touch_us,
        count(distinct visit) as view_count
    from shown
    group by day, alias, task_name, category, application
)

select
    project.project_id,
    project.project_name,
    user_days.day,
    user_days.alias,
    user_days.task_name,
    applications.category,
    applications.application,
    applications.activity_kind,
    {{ seconds('coalesce(used.duration_us, 0)') }} as seconds,
    {{ seconds('coalesce(used.touch_us, 0)') }} as touch_seconds,
    coalesce(used.view_count, 0) as view_count,
    used.view_count is not null as is_used,
    concat(user_days.alias, '|', cast(user_days.day as varchar)) as user_day,
    case when used.view_count is not null then concat(user_days.alias, '|', cast(user_days.day as varchar)) end
        as used_user_day
from user_days
cross join applications
cross join {{ source('build', 'project') }} as project
left join used
    on user_days.day = used.day
    and user_days.alias = used.alias
    and user_days.task_name = used.task_name
    and applications.category = used.category
    and applications.application = used.application
order by user_days.day, user_days.alias, user_days.task_name, applications.category, applications.application
