{{ config(materialized='lake', partition_by='day') }}

-- One row per activity: an unbroken stretch of one person in one state and, when active, one context, within a local
-- day and inside a consenting window.

with pieces as (
    select * from {{ ref('activity_pieces') }}
    where judged_state <> 'unobserved' and ended_us > started_us
),

collectable_spans as (
    select * from {{ source('build', 'collectable_spans') }}
),

cut as (
    select
        collectable_spans.day,
        pieces.workstation_user_id,
        greatest(pieces.started_us, collectable_spans.starts_us) as started_us,
        least(pieces.ended_us, collectable_spans.ends_us) as ended_us,
        pieces.judged_state as state,
        case when pieces.judged_state = 'active' then pieces.context_key end as context_key,
        case
            when pieces.judged_state = 'active' then greatest(pieces.started_us, collectable_spans.starts_us)
            else pieces.stretch_started_us
        end as stretch_started_us,
        pieces.day = collectable_spans.day and pieces.started_us >= collectable_spans.starts_us as is_counted,
        pieces.event_count,
        pieces.key_count,
        pieces.click_count,
        pieces.copy_count,
        pieces.paste_count
    from pieces
    inner join collectable_spans
        on pieces.workstation_user_id = collectable_spans.workstation_user_id
        and pieces.started_us < collectable_spans.ends_us
        and pieces.ended_us > collectable_spans.starts_us
),

begun as (
    select
        *,
        case
            when lag(state) over by_time = state
                and lag(ended_us) over by_time = started_us
                and lag(context_key) over by_time is not distinct from context_key
                then 0
            else 1
        end as begins
    from cut
    where state <> 'active' or context_key <> 0
    window by_time as (partition by workstation_user_id, day order by started_us)
),

numbered as (
    select
        *,
        sum(begins) over (
            partition by workstation_user_id, day order by started_us rows between unbounded preceding and current row
        ) as activity
    from begun
),

final as (
    select
        day,
        workstation_user_id,
        min(started_us) as started_us,
        max(ended_us) as ended_us,
        max(ended_us) - min(started_us) as duration_us,
        min(state) as state,
        min(context_key) as context_key,
        min(stretch_started_us) as stretch_started_us,
        cast(sum(case when is_counted then event_count else 0 end) as bigint) as event_count,
        cast(sum(case when is_counted then key_count else 0 end) as bigint) as key_count,
        cast(sum(case when is_counted then click_count else 0 end) as bigint) as click_count,
        cast(sum(case when is_counted then copy_count else 0 end) as bigint) as copy_count,
        cast(sum(case when is_counted then paste_count else 0 end) as bigint) as paste_count
    from numbered
    group by day, workstation_user_id, activity
)

select * from final
order by day, workstation_user_id, started_us
