{{ config(materialized='view') }}

-- One row per raw event that an assignment allows, with what the event filters leave of it. Of an excluded context only
-- the fact that attention was elsewhere remains (context key 0), and whether somebody was there at all: presence says
-- nothing about the context.

with raw_events as (
    select * from {{ source('lake', 'raw_events') }}
),

permitted_spans as (
    select * from {{ source('build', 'permitted_spans') }}
),

event_verdicts as (
    select * from {{ source('build', 'event_verdicts') }}
)

select
    raw_events.day,
    raw_events.workstation_user_id,
    {{ microseconds('raw_events.occurred_at') }} as occurred_us,
    raw_events.session_key,
    raw_events.sequence,
    raw_events.kind,
    case
        when event_verdicts.is_excluded then 0
        else coalesce(event_verdicts.masked_context_key, raw_events.context_key)
    end as context_key,
    case
        when event_verdicts.is_excluded or event_verdicts.masks_counts then 0 else raw_events.key_count
    end as key_count,
    case
        when event_verdicts.is_excluded or event_verdicts.masks_element then '' else raw_events.element_role
    end as element_role,
    case
        when event_verdicts.is_excluded or event_verdicts.masks_element_name then '' else raw_events.element_name
    end as element_name,
    case
        when event_verdicts.is_excluded or event_verdicts.masks_element then '' else raw_events.element_id
    end as element_id,
    raw_events.task_name,
    raw_events.case_id
from raw_events
inner join permitted_spans
    on raw_events.workstation_user_id = permitted_spans.workstation_user_id
    and {{ microseconds('raw_events.occurred_at') }} >= permitted_spans.starts_us
    and {{ microseconds('raw_events.occurred_at') }} < permitted_spans.ends_us
    and coalesce(permitted_spans.session_key, raw_events.session_key) = raw_events.session_key
left join event_verdicts
    on raw_events.context_key = event_verdicts.context_key
    and raw_events.kind = event_verdicts.kind
where
    case
        when event_verdicts.is_excluded then {{ is_kept_of_excluded('raw_events.kind') }}
        else {{ is_classified('raw_events.kind') }}
    end
