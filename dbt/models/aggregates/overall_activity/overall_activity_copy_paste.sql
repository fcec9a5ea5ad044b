{{ config(
    materialized='lake', partition_by='project', folder='aggregates/overall_activity/overall_activity_copy_paste'
) }}

-- One row per project, day and pair of applications copied from and pasted into.

with pastes as (
    select
        copy_pastes.day,
        coalesce(copied.application, 'Other') as copied_from,
        coalesce(pasted.application, 'Other') as pasted_into,
        {{ seconds('copy_pastes.pasted_us - copy_pastes.copied_us') }} as seconds
    from {{ source('lake', 'copy_pastes') }} as copy_pastes
    inner join {{ source('build', 'project_people') }} as project_people
        on copy_pastes.workstation_user_id = project_people.workstation_user_id
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
