-- One row per person and day with active time: into how many pieces its categories broke it, as 1 − Σ (run ÷ active
-- time)² over unbroken runs of one category (the Gini-Simpson index). 0 is one single run, near 1 is many short ones.

-- Runs of one category among active activities.
with categories_in_order as (
    select
        *,
        case
            when
                lag(person_day) over {{ piece_window() }} = person_day
                and lag(category_number) over {{ piece_window() }} = category_number
                then cast(null as bigint)
            else started_us
        end as run_begun
    from {{ ref('project_visits') }}
    where is_active
),

numbered as (
    select
        *,
        {{ last_known('run_begun') }}
            over {{ piece_window('rows between unbounded preceding and current row') }} as run
    from categories_in_order
),

runs as (
    select
        person_day,
        run,
        cast({{ whole('cast(sum(duration_us) as bigint)', '1000') }} as bigint) as run_milliseconds
    from numbered
    group by person_day, run
),

summed as (
    select
        person_day,
        cast(sum(run_milliseconds * run_milliseconds) as bigint) as squares,
        cast(sum(run_milliseconds) as bigint) as active_milliseconds
    from runs
    group by person_day
)

select
    person_day,
    case
        when active_milliseconds > 0
            then 1 - cast(squares as double)
                / (cast(active_milliseconds as double) * cast(active_milliseconds as double))
        else 0
    end as fragmentation
from summed
