-- One row per person, day, state, category and activity kind, in task or out of it: the time. Aggregates that ask for
-- no more than that start from here.

with summed as (
    select
        visits.day,
        visits.workstation_user_id,
        visits.person_day,
        visits.state,
        categorized.category,
        categorized.activity_kind,
        visits.is_active,
        visits.in_task,
        cast(sum(visits.duration_us) as bigint) as duration_us
    from {{ ref('project_visits') }} as visits
    inner join {{ ref('categorized_contexts') }} as categorized
        on visits.categorized_key = categorized.categorized_key
    group by
        visits.day,
        visits.workstation_user_id,
        visits.person_day,
        visits.state,
        categorized.category,
        categorized.activity_kind,
        visits.is_active,
        visits.in_task
)

select
    project.project_id,
    project.project_name,
    summed.*,
    project_people.alias
from summed
inner join {{ source('build', 'project_people') }} as project_people
    on summed.workstation_user_id = project_people.workstation_user_id
cross join {{ source('build', 'project') }} as project
