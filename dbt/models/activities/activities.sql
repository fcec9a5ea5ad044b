{{ config(materialized='lake', partition_by='day') }}

-- One row per activity: an unbroken stretch of one person in one state and, when active, one context, within a local
-- day and inside a consenting window.

with pieces as (
    select * from {{ ref('activity_stretches') }}
    where judged_state <> 'unobserved'
),

collectable_spans as (
    select * from {{ source('build', 'collectable_spans') }}
),

cut as (
    select
        collectable_spans.day,
        pieces.workstation_user_id,
        pieces.piece,
        greatest(pieces.started_us, collectable_spans.starts_us) as started_us,
        least(pieces.ended_us, collectable_spans.ends_us) as ended_us,
        pieces.judged_state as state,
        case when pieces.judged_state = 'active' then pieces.context_key end as context_key,
        case
            when pieces.judged_state = 'active' then greatest(pieces.started_us, collectable_spans.starts_us)
            else pieces.stretch_started_us
        end as stretch_started_us,
        case when pieces.started_us >= collectable_spans.starts_us then pieces.event_count else 0 end as event_count,
        case when pieces.started_us >= collectable_spans.starts_us then pieces.key_count else 0 end as key_count,
        case when pieces.started_us >= collectable_spans.starts_us then pieces.click_count else 0 end as click_count,
        case when pieces.started_us >= collectable_spans.starts_us then pieces.copy_count else 0 end as copy_count,
        case when pieces.started_us >= collectable_spans.starts_us then pieces.paste_count else 0 end as paste_count
    from pieces
    inner join collectable_spans
        on pieces.workstation_user_id = collectable_spans.workstation_user_id
        and pieces.started_us < collectable_spans.ends_us
        and (pieces.ended_us > collectable_spans.starts_us or pieces.started_us = collectable_spans.starts_us)
    where pieces.judged_state <> 'active' or pieces.context_key <> 0
),

-- First with pieces of no length, so that their events are counted where they touch; then without what is left of them.
-- Few pieces continue the one before; all others are activities as they are.
{% for step in ['touching', 'lasting'] %}
    {{ step }}_placed as (
        select
            *,
            coalesce(
                lag(state) over by_time = state
                and lag(ended_us) over by_time = started_us
                and coalesce(lag(context_key) over by_time, -1) = coalesce(context_key, -1),
                false
            ) as goes_on,
            coalesce(
                lead(state) over by_time = state
                and lead(started_us) over by_time = ended_us
                and coalesce(lead(context_key) over by_time, -1) = coalesce(context_key, -1),
                false
            ) as is_continued
        from {{ 'cut' if loop.first else 'touching' }}
        {%- if not loop.first %}
            where ended_us > started_us
        {%- endif %}
        window by_time as (partition by workstation_user_id, day order by started_us, piece)
    ),

    {{ step }}_numbered as (
        select
            *,
            {{ last_known('case when not goes_on then piece end') }} over (
                partition by workstation_user_id, day order by started_us, piece
                rows between unbounded preceding and current row
            ) as activity
        from {{ step }}_placed
        where goes_on or is_continued
    ),

    {{ step }} as (
        select
            day,
            workstation_user_id,
            min(piece) as piece,
            min(started_us) as started_us,
            max(ended_us) as ended_us,
            min(state) as state,
            min(context_key) as context_key,
            min(stretch_started_us) as stretch_started_us,
            cast(sum(event_count) as bigint) as event_count,
            cast(sum(key_count) as bigint) as key_count,
            cast(sum(click_count) as bigint) as click_count,
            cast(sum(copy_count) as bigint) as copy_count,
            cast(sum(paste_count) as bigint) as paste_count
        from {{ step }}_numbered
        group by day, workstation_user_id, activity
        union all
        select
            day,
            workstation_user_id,
            piece,
            started_us,
            ended_us,
            state,
            context_key,
            stretch_started_us,
            event_count,
            key_count,
            click_count,
            copy_count,
            paste_count
        from {{ step }}_placed
        where not goes_on and not is_continued
    ){{ ',' if not loop.last }}
{% endfor %}

select
    day,
    workstation_user_id,
    started_us,
    ended_us,
    ended_us - started_us as duration_us,
    state,
    context_key,
    stretch_started_us,
    event_count,
    key_count,
    click_count,
    copy_count,
    paste_count
from lasting
order by day, workstation_user_id, started_us
