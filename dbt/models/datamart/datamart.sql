{{ config(materialized='lake', partition_by='project') }}

-- One row per piece of an activity of the project, cut where the person goes into or out of task, with the rules
-- applied. `visit` and `window_visit` name a person-day's merged visits by the instant they begin: neighbouring active
-- activities with the same application (and window name) share one, whatever lies between them; every other activity
-- has its own, negative.

with project as (
    select * from {{ source('build', 'project') }}
),

categorized as (
    select
        activities.day,
        project_people.alias,
        activities.workstation_user_id,
        activities.state,
        activities.context_key,
        coalesce(state_rules.activity_kind, context_categories.activity_kind, 'uncategorized') as activity_kind,
        coalesce(state_rules.category, context_categories.category, 'Other') as category,
        coalesce(state_rules.application, context_categories.application, 'Other') as application,
        coalesce(state_rules.window_name, context_categories.window_name, '') as window_name,
        activities.started_us,
        activities.ended_us,
        activities.event_count,
        activities.key_count,
        activities.click_count,
        activities.copy_count,
        activities.paste_count
    from {{ source('lake', 'activities') }} as activities
    inner join {{ source('build', 'project_people') }} as project_people
        on activities.workstation_user_id = project_people.workstation_user_id
    left join {{ source('build', 'state_rules') }} as state_rules
        on activities.state = state_rules.state
    left join {{ source('lake', 'context_categories') }} as context_categories
        on activities.context_key = context_categories.context_key
),

begun as (
    select
        *,
        case
            when state <> 'active' then -started_us
            when lag(application) over same_state = application then cast(null as bigint)
            else started_us
        end as visit_begun,
        case
            when state <> 'active' then -started_us
            when
                lag(application) over same_state = application and lag(window_name) over same_state = window_name
                then cast(null as bigint)
            else started_us
        end as window_visit_begun
    from categorized
    window same_state as (
        partition by workstation_user_id, day, case when state = 'active' then 1 else 0 end order by started_us
    )
),

visited as (
    select
        *,
        {{ last_known('visit_begun') }} over so_far as visit,
        {{ last_known('window_visit_begun') }} over so_far as window_visit
    from begun
    window so_far as (
        partition by workstation_user_id, day, case when state = 'active' then 1 else 0 end
        order by started_us rows between unbounded preceding and current row
    )
),

final as (
    select
        project.project_id,
        project.project_name,
        project.rule_set_version,
        visited.day,
        visited.alias,
        visited.workstation_user_id,
        visited.state,
        visited.activity_kind,
        visited.category,
        visited.application,
        visited.window_name,
        visited.context_key,
        contexts.url,
        greatest(visited.started_us, task_spans.starts_us) as started_us,
        least(visited.ended_us, task_spans.ends_us) as ended_us,
        least(visited.ended_us, task_spans.ends_us) - greatest(visited.started_us, task_spans.starts_us) as duration_us,
        visited.started_us as activity_started_us,
        visited.visit,
        visited.window_visit,
        task_spans.in_task,
        case when visited.started_us >= task_spans.starts_us then visited.event_count else 0 end as event_count,
        case when visited.started_us >= task_spans.starts_us then visited.key_count else 0 end as key_count,
        case when visited.started_us >= task_spans.starts_us then visited.click_count else 0 end as click_count,
        case when visited.started_us >= task_spans.starts_us then visited.copy_count else 0 end as copy_count,
        case when visited.started_us >= task_spans.starts_us then visited.paste_count else 0 end as paste_count
    from visited
    cross join project
    inner join {{ source('build', 'task_spans') }} as task_spans
        on visited.workstation_user_id = task_spans.workstation_user_id
        and visited.started_us < task_spans.ends_us
        and visited.ended_us > task_spans.starts_us
    left join {{ source('build', 'contexts') }} as contexts
        on visited.context_key = contexts.context_key
)

select * from final
order by day, workstation_user_id, started_us
