{{ config(
    materialized='lake', partition_by='project', folder='aggregates/overall_activity/overall_activity_copy_paste'
) }}

-- One row per project, day and pair of applications copied from and pasted into, both while the project may be mined
-- from the person.

with pastes as (
    select
        copy_pastes.day,
        coalesce(copied.application, 'Other') as copied_from,
        coalesce(pasted.application, 'Other') as pasted_into,
        {{ seconds('copy_pastes.pasted_us - copy_pastes.copied_us') }} as seconds
    from {{ source('lake', 'copy_pastes') }} as copy_pastes
    inner join {{ source('build', 'task_spans') }} as at_copy
        on copy_pastes.workstation_user_id = at_copy.workstation_user_id
        and copy_pastes.copied_us >= at_copy.starts_us
        and copy_pastes.copied_us < at_copy.ends_us
    inner join {{ source('build', 'task_spans') }} as at_paste
        on copy_pastes.workstation_user_id = at_paste.workstation_user_id
        and copy_pastes.pasted_us >= at_paste.starts_us
        and copy_pastes.pasted_us < at_paste.ends_us
    left join {{ source('lake', 'context_categories') }} as copied
        on copy_pastes.copied_context_key = copied.context_key
    left join {{ source('lake', 'context_categories') }} as pasted
        on copy_pastes.pasted_context_key = pasted.context_key
),

summed as (
    select
        day,
        copied_from,
        pasted_into,
        count(*) as paste_count,
        {{ median('seconds') }} as median_seconds
    from pastes
    group by day, copied_from, pasted_into
)

select
    project.project_id,
    project.project_name,
    summed.day,
    summed.copied_from,
    summed.pasted_into,
    summed.paste_count,
    summed.median_seconds,
    summed.paste_count * summed.median_seconds as cost_seconds
from summed
cross join {{ source('build', 'project') }} as project
order by summed.day, summed.copied_from, summed.pasted_into
