-- One row per person and day with active time: how often the application changed.

-- Visits of at least two seconds.
with visits as (
    select
        person_day,
        visit,
        min(application_number) as application_number
    from {{ ref('project_visits') }}
    where state = 'active'
    group by person_day, visit
    having sum(duration_us) >= 2000000
),

visits_in_order as (
    select
        *,
        lag(application_number) over (partition by person_day order by visit) as number_before
    from visits
)

select
    person_day,
    cast(sum(case when application_number <> number_before then 1 else 0 end) as bigint) as switch_count
from visits_in_order
group by person_day
