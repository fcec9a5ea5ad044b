-- The datamart as dashboards by application show it: excluded categories left out, small categories merged, one
-- activity kind per application. One row per row of the datamart that remains.

with datamart as (
    select * from {{ ref('datamart') }}
    where category not in (select excluded.category from {{ source('build', 'excluded_categories') }} as excluded)
),

categories as (
    select
        category,
        row_number() over (order by sum(duration_us) desc, category) as place
    from datamart
    group by category
),

kinds as (
    select
        category,
        application,
        activity_kind,
        row_number() over (
            partition by category, application order by sum(duration_us) desc, activity_kind
        ) as place
    from datamart
    group by category, application, activity_kind
)

select
    datamart.project_id,
    datamart.project_name,
    datamart.day,
    datamart.alias,
    datamart.workstation_user_id,
    case when categories.place > project.max_categories then 'Minor activities' else datamart.category end as category,
    case when categories.place > project.max_categories then 'Minor activities' else datamart.application end
        as application,
    case when categories.place > project.max_categories then '' else datamart.window_name end as window_name,
    case when categories.place > project.max_categories then 'uncategorized' else kinds.activity_kind end
        as activity_kind,
    datamart.started_us,
    datamart.duration_us,
    datamart.visit,
    datamart.window_visit
from datamart
cross join {{ source('build', 'project') }} as project
inner join categories
    on datamart.category = categories.category
inner join kinds
    on datamart.category = kinds.category
    and datamart.application = kinds.application
    and kinds.place = 1
