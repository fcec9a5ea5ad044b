{{ config(materialized='lake', partition_by='day') }}

-- One row per paste within five minutes of the person's last copy on the same day.

with events as (
    select
        day,
        workstation_user_id,
        occurred_us,
        session_key,
        sequence,
        kind,
        context_key
    from {{ ref('event_pool') }}
    where kind in {{ kinds(['copied', 'cut', 'pasted']) }} and context_key <> 0
),

matched as (
    select
        *,
        {{ last_known("case when kind <> " ~ kind('pasted') ~ " then occurred_us end") }} over before as copied_us,
        {{ last_known("case when kind <> " ~ kind('pasted') ~ " then context_key end") }}
            over before
            as copied_context_key
    from events
    window before as (
        partition by day, workstation_user_id order by occurred_us, session_key, sequence
        rows between unbounded preceding and 1 preceding
    )
)

select
    day,
    workstation_user_id,
    occurred_us as pasted_us,
    copied_us,
    copied_context_key,
    context_key as pasted_context_key,
    session_key,
    sequence
from matched
where kind = {{ kind('pasted') }} and occurred_us - copied_us <= 300000000
order by day, workstation_user_id, occurred_us, session_key, sequence
