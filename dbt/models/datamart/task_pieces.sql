-- One row per task instance and piece of an activity that lies in it, cut wherever any of the person's instances starts
-- or ends. `touch_us` divides active time among the instances open at it; where the window names the record of one or
-- some of them, these have it all. Shares are whole microseconds and add up to the piece.

with pieces as (
    select
        datamart.day,
        datamart.alias,
        datamart.workstation_user_id,
        datamart.state,
        datamart.activity_kind,
        datamart.category,
        datamart.application,
        datamart.context_key,
        datamart.visit,
        datamart.window_visit,
        open_tasks.task_instance_id,
        greatest(datamart.started_us, open_tasks.starts_us) as started_us,
        least(datamart.ended_us, open_tasks.ends_us) as ended_us
    from {{ ref('datamart') }} as datamart
    inner join {{ source('build', 'open_tasks') }} as open_tasks
        on datamart.workstation_user_id = open_tasks.workstation_user_id
        and datamart.started_us < open_tasks.ends_us
        and datamart.ended_us > open_tasks.starts_us
    where datamart.in_task
),

named as (
    select
        pieces.*,
        task_instances.task_name,
        pieces.ended_us - pieces.started_us as duration_us,
        case when record_mentions.context_key is null then 0 else 1 end as is_named
    from pieces
    inner join {{ source('build', 'task_instances') }} as task_instances
        on pieces.task_instance_id = task_instances.task_instance_id
    left join {{ source('build', 'record_mentions') }} as record_mentions
        on pieces.context_key = record_mentions.context_key
        and task_instances.case_id = record_mentions.case_id
),

counted as (
    select
        *,
        count(*) over (partition by workstation_user_id, started_us) as open_count,
        sum(is_named) over (partition by workstation_user_id, started_us) as named_count,
        row_number()
            over (partition by workstation_user_id, started_us order by is_named desc, task_instance_id asc)
            as place
    from named
),

shared as (
    select
        *,
        cast(case when named_count > 0 then named_count else open_count end as bigint) as share_count,
        state = 'active' and (named_count = 0 or is_named = 1) as is_touched
    from counted
)

select
    day,
    alias,
    workstation_user_id,
    task_instance_id,
    task_name,
    state,
    activity_kind,
    category,
    application,
    visit,
    window_visit,
    started_us,
    ended_us,
    duration_us,
    case
        when is_touched
            then {{ whole('duration_us', 'share_count') }}
                + case when place <= duration_us % share_count then 1 else 0 end
        else 0
    end as touch_us
from shared
