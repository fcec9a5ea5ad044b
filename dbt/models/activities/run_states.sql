{{ config(materialized='view') }}

-- One row per run: the state in which it leaves its person, none where it changes nothing. Beside the runs of a person
-- one row before them, with the state that is carried into the build, and one after them, where the last state ends.

with runs as (
    select
        day,
        workstation_user_id,
        run,
        started_us,
        last_us,
        context_key,
        presence_kind = {{ kind('session_started') }} as is_session_start,
        presence_kind is not null as is_presence,
        case
            when presence_kind is not null then {{ presence_state('presence_kind') }}
            when first_input_us is not null then 'active'
        end as exit_state,
        first_input_us,
        events_before_input,
        cast(null as bigint) as stretch_started_us,
        event_count,
        key_count,
        click_count,
        copy_count,
        paste_count
    from {{ ref('activity_runs') }}
),

-- What each person brings into the first day of the build, and their first event after its last.
borders as (
    select
        cast('0001-01-01' as date) as day,
        workstation_user_id,
        last_event_us as at_us,
        context_key,
        false as is_session_start,
        state as exit_state,
        stretch_started_us
    from {{ source('build', 'carried_states') }}
    union all
    select
        cast('9999-12-31' as date) as day,
        workstation_user_id,
        first_event_us as at_us,
        cast(0 as bigint) as context_key,
        is_session_start,
        'ahead' as exit_state,
        cast(null as bigint) as stretch_started_us
    from {{ source('build', 'next_events') }}
)

select * from runs
union all
select
    day,
    workstation_user_id,
    cast(0 as bigint) as run,
    at_us as started_us,
    at_us as last_us,
    context_key,
    is_session_start,
    true as is_presence,
    exit_state,
    cast(null as bigint) as first_input_us,
    cast(0 as bigint) as events_before_input,
    stretch_started_us,
    cast(0 as bigint) as event_count,
    cast(0 as bigint) as key_count,
    cast(0 as bigint) as click_count,
    cast(0 as bigint) as copy_count,
    cast(0 as bigint) as paste_count
from borders
