{{ config(materialized='lake', partition_by='project', folder='aggregates/task_activity/task_activity_timeline') }}

-- One row per project, user-day, task name, category and tenth of an instance; dense over categories and tenths.

with numbers as (
    {% for part in range(1, 11) -%}
        select cast({{ part }} as integer) as part{{ ' union all' if not loop.last }}
    {% endfor %}
),

parts as (
    select
        task_instances.task_instance_id,
        task_instances.day,
        task_instances.alias,
        task_instances.task_name,
        task_instances.ended_us - task_instances.started_us as length_us,
        numbers.part,
        task_instances.started_us
        + {{ whole('(task_instances.ended_us - task_instances.started_us) * (numbers.part - 1)', '10') }} as starts_us,
        task_instances.started_us
        + {{ whole('(task_instances.ended_us - task_instances.started_us) * numbers.part', '10') }} as ends_us
    from {{ source('build', 'task_instances') }} as task_instances
    cross join numbers
    where task_instances.ended_us > task_instances.started_us
),

-- Billionths of a tenth, whole numbers: sums of them do not depend on their order.
shares as (
    select
        parts.day,
        parts.alias,
        parts.task_name,
        task_pieces.category,
        parts.part,
        cast(round(
            cast(
                least(task_pieces.ended_us, parts.ends_us) - greatest(task_pieces.started_us, parts.starts_us) as double
            )
            * 10000000000 / parts.length_us
        ) as bigint) as billionths
    from parts
    inner join {{ ref('task_pieces') }} as task_pieces
        on parts.task_instance_id = task_pieces.task_instance_id
        and parts.ends_us > task_pieces.started_us
        and parts.starts_us < task_pieces.ended_us
),

summed as (
    select
        day,
        alias,
        task_name,
        category,
        part,
        cast(sum(billionths) as bigint) as billionths
    from shares
    group by day, alias, task_name, category, part
),

task_groups as (
    select
        day,
        alias,
        task_name,
        count(distinct task_instance_id) as instance_count
    from parts
    group by day, alias, task_name
),

categories as (
    select distinct category from shares
)

select
    project.project_id,
    project.project_name,
    task_groups.day,
    task_groups.alias,
    task_groups.task_name,
    categories.category,
    numbers.part,
    coalesce(summed.billionths, 0) / cast(1000000000 as double) as share_sum,
    task_groups.instance_count
from task_groups
cross join categories
cross join numbers
cross join {{ source('build', 'project') }} as project
left join summed
    on task_groups.day = summed.day
    and task_groups.alias = summed.alias
    and task_groups.task_name = summed.task_name
    and categories.category = summed.category
    and numbers.part = summed.part
order by task_groups.day, task_groups.alias, task_groups.task_name, categories.category, numbers.part
