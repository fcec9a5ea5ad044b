-- One row per piece, with where the unbroken stretch of its state began and what that stretch is judged to be.
-- The off rule: a locked or private stretch longer than the threshold is off as a whole. Nothing is judged of an active
-- one, and nearly all pieces are active: only the others go through windows.

with build_parameters as (
    select * from {{ source('build', 'build_parameters') }}
),

pieces as (
    select * from {{ ref('activity_pieces') }}
),

away as (
    select
        *,
        {{ last_known('first_piece') }} over (
            partition by workstation_user_id order by piece rows between unbounded preceding and current row
        ) as stretch
    from pieces
    where state <> 'active'
),

bounded as (
    select
        *,
        min(coalesce(stretch_started_us, started_us)) over (partition by workstation_user_id, stretch) as from_us,
        max(ended_us) over (partition by workstation_user_id, stretch) as to_us
    from away
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
union all
select
    day,
    workstation_user_id,
    piece,
    state,
    state as judged_state,
    context_key,
    started_us,
    ended_us,
    last_us,
    is_session_start,
    coalesce(stretch_started_us, started_us) as stretch_started_us,
    event_count,
    key_count,
    click_count,
    copy_count,
    paste_count
from pieces
where state = 'active'
