-- One row per piece of an activity of the project, cut where the person goes into or out of task, in order of day,
-- person and time, and where the project may no longer be mined from the person. What was counted in an activity that
-- goes on beyond that is not known of its part alone, and stays out. No texts yet: they are most of what sorting and
-- comparing rows would cost.

with state_keys as (
    select
        state,
        categorized_key
    from {{ ref('categorized_contexts') }}
    where categorized_key < 0
),

unknown as (
    select * from {{ ref('categorized_contexts') }}
    where categorized_key = 0
),

cut as (
    select
        activities.day,
        activities.workstation_user_id,
        activities.state,
        activities.context_key,
        coalesce(state_keys.categorized_key, activities.context_key) as categorized_key,
        activities.started_us as activity_started_us,
        greatest(activities.started_us, task_spans.starts_us) as started_us,
        least(activities.ended_us, task_spans.ends_us) as ended_us,
        task_spans.in_task,
        activities.started_us >= task_spans.starts_us
        and activities.ended_us <= task_spans.observed_until_us as is_counted,
        activities.event_count,
        activities.key_count,
        activities.click_count,
        activities.copy_count,
        activities.paste_count
    from {{ source('lake', 'activities') }} as activities
    inner join {{ source('build', 'task_spans') }} as task_spans
        on activities.workstation_user_id = task_spans.workstation_user_id
        and activities.started_us < task_spans.ends_us
        and activities.ended_us > task_spans.starts_us
    left join state_keys
        on activities.state = state_keys.state
)

select
    cut.day,
    cut.workstation_user_id,
    {{ person_day('cut.workstation_user_id', 'cut.day') }} as person_day,
    cut.state,
    cut.context_key,
    coalesce(known.categorized_key, unknown.categorized_key) as categorized_key,
    coalesce(known.category_number, unknown.category_number) as category_number,
    coalesce(known.application_number, unknown.application_number) as application_number,
    coalesce(known.window_number, unknown.window_number) as window_number,
    cut.activity_started_us,
    cut.started_us,
    cut.ended_us,
    cut.ended_us - cut.started_us as duration_us,
    coalesce(known.is_active, unknown.is_active) as is_active,
    cut.in_task,
    case when cut.is_counted then cut.event_count else 0 end as event_count,
    case when cut.is_counted then cut.key_count else 0 end as key_count,
    case when cut.is_counted then cut.click_count else 0 end as click_count,
    case when cut.is_counted then cut.copy_count else 0 end as copy_count,
    case when cut.is_counted then cut.paste_count else 0 end as paste_count
from cut
cross join unknown
left join {{ ref('categorized_contexts') }} as known
    on cut.categorized_key = known.categorized_key
order by cut.day, cut.workstation_user_id, cut.started_us
