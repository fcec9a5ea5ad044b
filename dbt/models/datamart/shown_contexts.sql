-- One row per row of categorized_contexts that the project used, as dashboards by application show it: excluded
-- categories left out, small categories merged, one activity kind per application. Equal numbers, equal applications.

with used as (
    select
        categorized_key,
        cast(sum(duration_us) as bigint) as duration_us
    from {{ ref('project_visits') }}
    group by categorized_key
),

named as (
    select
        categorized.categorized_key,
        categorized.category,
        categorized.application,
        categorized.window_name,
        used.duration_us
    from {{ ref('categorized_contexts') }} as categorized
    inner join used
        on categorized.categorized_key = used.categorized_key
    where
        categorized.category not in (
            select excluded.category from {{ source('build', 'excluded_categories') }} as excluded
        )
),

categories as (
    select
        category,
        row_number() over (order by sum(duration_us) desc, category) as place
    from named
    group by category
),

applications as (
    select
        kinds.category,
        kinds.application,
        case when categories.place > project.max_categories then 'Minor activities' else kinds.category end
            as shown_category,
        case when categories.place > project.max_categories then 'Minor activities' else kinds.application end
            as shown_application,
        case when categories.place > project.max_categories then 'uncategorized' else kinds.activity_kind end
            as activity_kind,
        categories.place > project.max_categories as is_minor
    from {{ ref('application_kinds') }} as kinds
    inner join categories
        on kinds.category = categories.category
    cross join {{ source('build', 'project') }} as project
),

numbered as (
    select
        *,
        dense_rank() over (order by shown_category, shown_application) as application_number
    from applications
)

select
    named.categorized_key,
    numbered.application_number,
    numbered.shown_category as category,
    numbered.shown_application as application,
    case when numbered.is_minor then '' else named.window_name end as window_name,
    numbered.activity_kind,
    named.duration_us
from named
inner join numbered
    on named.category = numbered.category
    and named.application = numbered.application
