{{ config(materialized='lake', partition_by='day') }}

-- One row per activity: an unbroken stretch of one person in one state and, when active, one context, within a local
-- day and inside what the person's assignments allow.

-- First with pieces of no length, so that their events are counted where they touch; then without what is left of them.
-- Few pieces continue the one before; all others are activities as they are.
with
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
        from {{ ref('collectable_pieces') if loop.first else 'touching' }}
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
