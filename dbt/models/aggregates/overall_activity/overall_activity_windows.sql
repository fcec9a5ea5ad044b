{{ config(materialized='lake', partition_by='project', folder='aggregates/overall_activity/overall_activity_windows') }}

-- One row per project, user-day and window that was used.

with shown as (
    select * from {{ ref('shown_contexts') }}
),

windows as (
    select
        category,
        application,
        window_name,
        row_number() over (order by sum(duration_us) desc, category, application asc, window_name asc) as place
    from shown
    group by category, application, window_name
),

-- The largest windows have their place as their number, the others of one application a negative one together.
named as (
    select
        shown.categorized_key,
        shown.category,
        shown.application,
        case when windows.place <= 500 then shown.window_name else '(other windows)' end as window_name,
        case
            when windows.place <= 500 and shown.window_name <> '(other windows)' then windows.place
            else -shown.application_number
        end as window_number,
        shown.activity_kind
    from shown
    inner join windows
        on shown.category = windows.category
        and shown.application = windows.application
        and shown.window_name = windows.window_name
),

numbered as (
    select
        window_number,
        min(category) as category,
        min(application) as application,
        min(window_name) as window_name,
        min(activity_kind) as activity_kind
    from named
    group by window_number
),

used as (
    select
        visits.day,
        visits.workstation_user_id,
        named.window_number,
        sum(visits.duration_us) as duration_us,
        count(distinct visits.window_visit) as view_count
    from {{ ref('project_visits') }} as visits
    inner join named
        on visits.categorized_key = named.categorized_key
    group by visits.day, visits.workstation_user_id, named.window_number
)

select
    project.project_id,
    project.project_name,
    used.day,
    project_people.alias,
    numbered.category,
    numbered.application,
    numbered.window_name,
    numbered.activity_kind,
    {{ seconds('used.duration_us') }} as seconds,
    used.view_count
from used
inner join numbered
    on used.window_number = numbered.window_number
inner join {{ source('build', 'project_people') }} as project_people
    on used.workstation_user_id = project_people.workstation_user_id
cross join {{ source('build', 'project') }} as project
order by used.day, project_people.alias, numbered.category, numbered.application, numbered.window_name
