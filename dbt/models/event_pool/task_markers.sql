{{ config(materialized='lake', partition_by='day', row_wise=true) }}

-- One row per start or stop of a task that a person marked: the only events whose texts anything is computed from.

select
    day,
    workstation_user_id,
    occurred_us,
    session_key,
    sequence,
    kind,
    task_name,
    case_id
from {{ ref('judged_events') }}
where kind in {{ kinds(['task_started', 'task_stopped']) }}
