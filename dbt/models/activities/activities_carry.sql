{{ config(materialized='lake', partition_by='day') }}

-- One row per person and day of the build, for everybody of whom anything is known by then: the state at the end of the
-- day, and the day's first event. The next day starts from it; late events are compared with it.

with user_days as (
    select * from {{ source('build', 'user_days') }}
),

pieces as (
    select * from {{ ref('activity_stretches') }}
),

ends as (
    select
        workstation_user_id,
        day,
        min(piece) as first_piece,
        max(piece) as last_piece,
        cast(sum(event_count) as bigint) as event_count
    from pieces
    group by workstation_user_id, day
),

last_of_day as (
    select pieces.* from pieces
    inner join ends
        on pieces.workstation_user_id = ends.workstation_user_id
        and pieces.piece = ends.last_piece
),

first_of_day as (
    select
        pieces.*,
        ends.event_count as day_event_count
    from pieces
    inner join ends
        on pieces.workstation_user_id = ends.workstation_user_id
        and pieces.piece = ends.first_piece
    where pieces.day > cast('0001-01-01' as date)
),

-- For each day the latest day, up to it, on which the person's state is known.
known as (
    select
        user_days.workstation_user_id,
        user_days.day,
        max(last_of_day.day) as known_on
    from user_days
    inner join last_of_day
        on user_days.workstation_user_id = last_of_day.workstation_user_id
        and user_days.day >= last_of_day.day
    group by user_days.workstation_user_id, user_days.day
),

final as (
    select
        known.day,
        known.workstation_user_id,
        last_of_day.state,
        last_of_day.context_key,
        last_of_day.stretch_started_us,
        last_of_day.last_us as last_event_us,
        last_of_day.ended_us,
        first_of_day.started_us as first_event_us,
        coalesce(first_of_day.is_session_start, false) as is_session_start,
        coalesce(first_of_day.day_event_count, 0) as event_count
    from known
    inner join last_of_day
        on known.workstation_user_id = last_of_day.workstation_user_id
        and known.known_on = last_of_day.day
    left join first_of_day
        on known.workstation_user_id = first_of_day.workstation_user_id
        and known.day = first_of_day.day
)

select * from final
order by day, workstation_user_id
