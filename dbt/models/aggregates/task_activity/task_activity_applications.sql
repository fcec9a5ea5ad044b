{{ config(materialized='lake', partition_by='project', folder='aggregates/task_activity/task_activity_applications') }}

-- One row per project, user-day, task name and application used inside instances of the task.

with pieces as (
    select * from {{ ref('task_pieces') }}
    where category not in (select excluded.category from {{ source('build', 'excluded_categories') }} as excluded)
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
    group by day, alias, workstation_user_id, task_name, category, application, started_us
),

kinds as (
    select
        category,
        application,
        activity_kind,
        row_number() over (partition by category, application order by sum(duration_us) desc, activity_kind) as place
    from {{ ref('datamart') }}
    group by category, application, activity_kind
)

select
    project.project_id,
    project.project_name,
    distinct_pieces.day,
    distinct_pieces.alias,
    distinct_pieces.task_name,
    distinct_pieces.category,
    distinct_pieces.application,
    min(kinds.activity_kind) as activity_kind,
    {{ seconds('sum(distinct_pieces.duration_us)') }} as seconds,
    {{ seconds('sum(distinct_pieces.touch_us)') }} as touch_seconds,
    count(distinct distinct_pieces.visit) as view_count
from distinct_pieces
cross join {{ source('build', 'project') }} as project
inner join kinds
    on distinct_pieces.category = kinds.category
    and distinct_pieces.application = kinds.application
    and kinds.place = 1
group by
    project.project_id, project.project_name, distinct_pieces.day, distinct_pieces.alias, distinct_pieces.task_name,
    distinct_pieces.category, distinct_pieces.application
order by
    distinct_pieces.day, distinct_pieces.alias, distinct_pieces.task_name, distinct_pieces.category,
    distinct_pieces.application
