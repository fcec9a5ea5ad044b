-- One row per category and application that the project used: the activity kind most of its time has, for all of it.

with summed as (
    select
        categorized.category,
        categorized.application,
        categorized.activity_kind,
        sum(visits.duration_us) as duration_us
    from {{ ref('project_visits') }} as visits
    inner join {{ ref('categorized_contexts') }} as categorized
        on visits.categorized_key = categorized.categorized_key
    group by categorized.category, categorized.application, categorized.activity_kind
),

placed as (
    select
        *,
        row_number() over (partition by category, application order by duration_us desc, activity_kind asc) as place
    from summed
)

select
    category,
    application,
    activity_kind
from placed
where place = 1
