-- One row per unbroken run of events of one person and day in one context; an event that says who is there (idle,
-- locked, private, asleep, signed in or out) is a run of its own. The only model that walks through all events.

with events as (
    select * from {{ ref('event_pool') }}
),

placed as (
    select
        day,
        workstation_user_id,
        occurred_us,
        session_key,
        sequence,
        kind,
        context_key,
        key_count,
        case when {{ is_presence('kind') }} then -1 else context_key end as place,
        {{ person_day('workstation_user_id', 'day') }} as person_day
    from events
),

begun as (
    select
        *,
        row_number() over {{ event_window() }} as event_number,
        case
            when place = -1 then true
            when lag(place) over {{ event_window() }} = place
                and lag(person_day) over {{ event_window() }} = person_day
                then false
            else true
        end as begins
    from placed
),

-- A run is named by the number of its first event: counting runs as they go by costs five times as much.
numbered as (
    select
        *,
        {{ last_known('case when begins then event_number end') }}
            over {{ event_window('rows between unbounded preceding and current row') }}
            as run
    from begun
)

select
    day,
    workstation_user_id,
    run,
    min(occurred_us) as started_us,
    max(occurred_us) as last_us,
    min(context_key) as context_key,
    min(case when place = -1 then kind end) as presence_kind,
    min(case when place <> -1 and not {{ is_neutral('kind') }} then occurred_us end) as first_input_us,
    coalesce(min(case when place <> -1 and not {{ is_neutral('kind') }} then event_number end) - run, 0)
        as events_before_input,
    cast(count(*) as bigint) as event_count,
    cast(sum(key_count) as bigint) as key_count,
    cast(sum(case when kind = {{ kind('clicked') }} then 1 else 0 end) as bigint) as click_count,
    cast(sum(case when kind in {{ kinds(['copied', 'cut']) }} then 1 else 0 end) as bigint) as copy_count,
    cast(sum(case when kind = {{ kind('pasted') }} then 1 else 0 end) as bigint) as paste_count
from numbered
group by day, workstation_user_id, run
