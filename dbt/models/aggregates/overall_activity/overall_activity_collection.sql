{{ config(
    materialized='lake', partition_by='project', folder='aggregates/overall_activity/overall_activity_collection'
) }}

-- One row: when and from whom the mined data was collected.

with collected as (
    select
        min(activities_carry.first_event_us) as first_event_us,
        max(activities_carry.last_event_us) as last_event_us,
        coalesce(cast(sum(activities_carry.event_count) as bigint), 0) as event_count
    from {{ source('lake', 'activities_carry') }} as activities_carry
    inner join {{ source('build', 'project_people') }} as project_people
        on activities_carry.workstation_user_id = project_people.workstation_user_id
    where activities_carry.event_count > 0
),

observed as (
    select distinct
        workstation_user_id,
        day
    from {{ ref('user_day_categories') }}
    where activity_kind <> 'off'
),

counted as (
    select
        count(distinct workstation_user_id) as person_count,
        count(*) as user_day_count
    from observed
)

select
    project.project_id,
    project.project_name,
    {{ instant('collected.first_event_us') }} as first_event_at,
    {{ instant('collected.last_event_us') }} as last_event_at,
    counted.person_count,
    counted.user_day_count,
    collected.event_count,
    project.missing_person_count,
    project.rule_set_version,
    {{ instant('project.mined_at_us') }} as mined_at
from {{ source('build', 'project') }} as project
cross join collected
cross join counted
