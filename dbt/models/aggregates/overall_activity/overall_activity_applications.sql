{{ config(
    materialized='lake', partition_by='project', folder='aggregates/overall_activity/overall_activity_applications'
) }}

-- One row per project, user-day with data and application of the project, used or not.

with shown as (
    select * from {{ ref('shown_contexts') }}
),

user_days as (
    select distinct
        project_id,
        project_name,
        day,
        alias,
        workstation_user_id
    from {{ ref('user_day_categories') }}
    where activity_kind <> 'off'
),

applications as (
    select
        category,
        application,
        min(activity_kind) as activity_kind,
        min(application_number) as application_number
    from shown
    group by category, application
),

used as (
    select
        visits.day,
        visits.workstation_user_id,
        shown.application_number,
        sum(visits.duration_us) as duration_us,
        count(distinct visits.visit) as view_count
    from {{ ref('project_visits') }} as visits
    inner join shown
        on visits.categorized_key = shown.categorized_key
    group by visits.day, visits.workstation_user_id, shown.application_number
)

select
    user_days.project_id,
    user_days.project_name,
    user_days.day,
    user_days.alias,
    applications.category,
    applications.application,
    applications.activity_kind,
    {{ seconds('coalesce(used.duration_us, 0)') }} as seconds,
    coalesce(used.view_count, 0) as view_count,
    used.view_count is not null as is_used,
    concat(user_days.alias, '|', cast(user_days.day as varchar)) as user_day,
    case when used.view_count is not null then concat(user_days.alias, '|', cast(user_days.day as varchar)) end
        as used_user_day
from user_days
cross join applications
left join used
    on user_days.day = used.day
    and user_days.workstation_user_id = used.workstation_user_id
    and applications.application_number = used.application_number
order by user_days.day, user_days.alias, applications.category, applications.application
