{{ config(materialized='view') }}

-- One row per piece and span of time in which its person is collected from, cut at local midnight: what was collected.
-- The events of a piece count where it starts.

with pieces as (
    select * from {{ ref('activity_stretches') }}
    where judged_state <> 'unobserved'
),

collectable_spans as (
    select * from {{ source('build', 'collectable_spans') }}
)

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
