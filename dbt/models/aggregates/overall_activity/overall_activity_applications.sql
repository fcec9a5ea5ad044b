{{ config(
    materialized='lake', partition_by='project', folder='aggregates/overall_activity/overall_activity_applications'
) }}

-- One row per project, user-day with data and application of the project, used or not.

with shown as (
    select * from {{ ref('shown_activities') }}
),

user_days as (
    select distinct
        project_id,
        project_name,
        day,
        alias
    from {{ ref('datamart') }}
    where activity_kind <> 'off'
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
        category,
        application,
        sum(duration_us) as duration_us,
        count(distinct visit) as view_count
    from shown
    group by day, alias, category, application
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
    and user_days.alias = used.alias
    and applications.category = used.category
    and applications.application = used.application
order by user_days.day, user_days.alias, applications.category, applications.application
