{{ config(materialized='lake', partition_by='day', row_wise=true) }}

-- One row per accepted event that an assignment allows, after the event filters: who, when, what, where. The names of
-- elements are not stored a second time: writing texts costs more than all these columns (benchmarks/README.md), and
-- `judged_events` shows them as the filters leave them. Row-wise: a day's file keeps the order of its raw events.

select
    day,
    workstation_user_id,
    occurred_us,
    session_key,
    sequence,
    kind,
    context_key,
    key_count
from {{ ref('judged_events') }}
