{{ config(materialized='lake', partition_by='project', folder='aggregates/task_activity/task_activity_instances') }}

-- One row per project and task instance.

with touched as (
    select
        task_instance_id,
        sum(touch_us) as touch_us,
        count(distinct concat(cast(day as varchar), '|', cast(window_visit as varchar))) as step_count,
        count(distinct application) as application_count
    from {{ ref('task_pieces') }}
    where touch_us > 0
    group by task_instance_id
)

select
    project.project_id,
    project.project_name,
    task_instances.task_instance_id,
    task_instances.task_name,
    task_instances.case_id,
    task_instances.origin,
    task_instances.alias,
    task_instances.day,
    {{ instant('task_instances.started_us') }} as started_at,
    {{ instant('task_instances.ended_us') }} as ended_at,
    {{ seconds('task_instances.ended_us - task_instances.started_us') }} as duration_seconds,
    {{ seconds('coalesce(touched.touch_us, 0)') }} as touch_seconds,
    coalesce(touched.step_count, 0) as step_count,
    coalesce(touched.application_count, 0) as application_count
from {{ source('build', 'task_instances') }} as task_instances
cross join {{ source('build', 'project') }} as project
left join touched
    on task_instances.task_instance_id = touched.task_instance_id
order by task_instances.started_us, task_instances.task_instance_id
