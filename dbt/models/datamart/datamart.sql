{{ config(materialized='lake', partition_by='project', row_wise=true) }}

-- One row per piece of an activity of the project, cut where the person goes into or out of task, with the rules
-- applied. Row-wise: the file keeps the order of project_visits, where `visit` and `window_visit` are told.

select
    project.project_id,
    project.project_name,
    project.rule_set_version,
    visits.day,
    project_people.alias,
    visits.workstation_user_id,
    visits.state,
    categorized.activity_kind,
    categorized.category,
    categorized.application,
    categorized.window_name,
    visits.context_key,
    categorized.url,
    visits.started_us,
    visits.ended_us,
    visits.duration_us,
    visits.activity_started_us,
    visits.visit,
    visits.window_visit,
    visits.in_task,
    visits.event_count,
    visits.key_count,
    visits.click_count,
    visits.copy_count,
    visits.paste_count
from {{ ref('project_visits') }} as visits
inner join {{ ref('categorized_contexts') }} as categorized
    on visits.categorized_key = categorized.categorized_key
inner join {{ source('build', 'project_people') }} as project_people
    on visits.workstation_user_id = project_people.workstation_user_id
cross join {{ source('build', 'project') }} as project
