-- One row per piece of a run in one state, unobserved ones included: a run is one piece, or two where its first input
-- ended another state. `piece` numbers those of a person in order of time; `first_piece` repeats that number where the
-- state is another than before.
-- Rules (domain.activity_states): neutral events keep the state; a session that starts while somebody is observed means
-- the agent before it died, and nothing is known after its last event; without a next event an active person is known
-- up to the last event, any other state lasts until the latest event of anybody.

with person_ends as (
    select * from {{ source('build', 'person_ends') }}
),

latest as (
    select greatest(
        (select max(latest_event_us) from {{ source('build', 'build_parameters') }}),
        coalesce((select max(last_us) from {{ ref('activity_runs') }}), 0)
    ) as latest_event_us
),

entered as (
    select
        *,
        coalesce(
            {{ last_known('exit_state') }} over (
                partition by workstation_user_id order by day, run rows between unbounded preceding and 1 preceding
            ),
            'active'
        ) as entry_state,
        lead(started_us) over (partition by workstation_user_id order by day, run) as next_us,
        lead(is_session_start) over (partition by workstation_user_id order by day, run) as next_is_session_start
    from {{ ref('run_states') }}
),

ended as (
    select
        entered.*,
        coalesce(entered.exit_state, entered.entry_state) as state,
        not entered.is_presence
        and entered.first_input_us is not null
        and entered.entry_state <> 'active' as has_two_pieces,
        case
            when
                coalesce(entered.exit_state, entered.entry_state) = 'unobserved'
                then coalesce(entered.next_us, entered.last_us)
            when entered.next_is_session_start then entered.last_us
            when entered.next_us is not null then entered.next_us
            when coalesce(entered.exit_state, entered.entry_state) = 'active' then entered.last_us
            else greatest(entered.last_us, least(latest.latest_event_us, person_ends.last_day_ends_us))
        end as ended_us
    from entered
    cross join latest
    inner join person_ends on entered.workstation_user_id = person_ends.workstation_user_id
    where entered.day < cast('9999-12-31' as date)
),

pieces as (
    select
        day,
        workstation_user_id,
        {{ piece_number('day', 'run', 1) }} as piece,
        cast(null as bigint) as first_piece,
        entry_state as state,
        context_key,
        started_us,
        first_input_us as ended_us,
        started_us as last_us,
        is_session_start,
        stretch_started_us,
        events_before_input as event_count,
        cast(0 as bigint) as key_count,
        cast(0 as bigint) as click_count,
        cast(0 as bigint) as copy_count,
        cast(0 as bigint) as paste_count
    from ended
    where has_two_pieces
    union all
    select
        day,
        workstation_user_id,
        {{ piece_number('day', 'run', 2) }} as piece,
        case when state <> entry_state then {{ piece_number('day', 'run', 2) }} end as first_piece,
        state,
        context_key,
        case when has_two_pieces then first_input_us else started_us end as started_us,
        ended_us,
        last_us,
        is_session_start,
        stretch_started_us,
        case when has_two_pieces then event_count - events_before_input else event_count end as event_count,
        key_count,
        click_count,
        copy_count,
        paste_count
    from ended
)

select * from pieces
