-- One row per piece, with the bounds of the unbroken stretch of its state and what that stretch is judged to be.
-- The off rule: a locked or private stretch longer than the threshold is off as a whole.

with build_parameters as (
    select * from {{ source('build', 'build_parameters') }}
),

pieces as (
    select * from {{ ref('activity_pieces') }}
),

begun as (
    select
        *,
        case
            when lag(state) over (partition by workstation_user_id order by piece) = state then cast(null as bigint)
            else piece
        end as first_piece
    from pieces
),

stretches as (
    select
        *,
        {{ last_known('first_piece') }} over (
            partition by workstation_user_id order by piece rows between unbounded preceding and current row
        ) as stretch
    from begun
),

bounded as (
    select
        *,
        min(coalesce(stretch_started_us, started_us)) over (partition by workstation_user_id, stretch) as from_us,
        max(ended_us) over (partition by workstation_user_id, stretch) as to_us
    from stretches
)

select
    bounded.day,
    bounded.workstation_user_id,
    bounded.piece,
    bounded.state,
    case
        when bounded.state in ('locked', 'private')
            and bounded.to_us - bounded.from_us > build_parameters.off_threshold_us
            then 'off'
        else bounded.state
    end as judged_state,
    bounded.context_key,
    bounded.started_us,
    bounded.ended_us,
    bounded.last_us,
    bounded.is_session_start,
    bounded.from_us as stretch_started_us,
    bounded.event_count,
    bounded.key_count,
    bounded.click_count,
    bounded.copy_count,
    bounded.paste_count
from bounded
cross join build_parameters
