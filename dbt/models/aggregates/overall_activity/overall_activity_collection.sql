{{ config(
    materialized='lake', partition_by='project', folder='aggregates/overall_activity/overall_activity_collection'
) }}

-- One row: when and from whom the mined data was collected.

with collected as (
    select
        min(event_pool.occurred_us) as first_event_us,
        max(event_pool.occurred_us) as last_event_us,
        count(*) as event_count
    from {{ source('lake', 'event_pool') }} as event_pool
    inner join {{ source('build', 'project_spans') }} as project_spans
        on event_pool.workstation_user_id = project_spans.workstation_user_id
        and event_pool.occurred_us >= project_spans.starts_us
        and event_pool.occurred_us < project_spans.ends_us
        and coalesce(project_spans.session_key, event_pool.session_key) = event_pool.session_key
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
