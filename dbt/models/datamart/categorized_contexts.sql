-- One row per categorized context, one per state that is none (its key negative), and one, with key 0, for a context
-- that is not known: what the rules make of it. Numbers stand for texts that are compared again and again.

with named as (
    select
        context_categories.context_key as categorized_key,
        'active' as state,
        context_categories.activity_kind,
        context_categories.category,
        context_categories.application,
        context_categories.window_name,
        contexts.url
    from {{ source('lake', 'context_categories') }} as context_categories
    left join {{ source('build', 'contexts') }} as contexts
        on context_categories.context_key = contexts.context_key
    where context_categories.context_key > 0
    union all
    select
        -row_number() over (order by state) as categorized_key,
        state,
        activity_kind,
        category,
        application,
        window_name,
        cast(null as varchar) as url
    from {{ source('build', 'state_rules') }}
    union all
    select
        cast(0 as bigint) as categorized_key,
        'active' as state,
        'uncategorized' as activity_kind,
        'Other' as category,
        'Other' as application,
        '' as window_name,
        cast(null as varchar) as url
),

categories as (
    select
        category,
        min(categorized_key) as category_number
    from named
    group by category
),

applications as (
    select
        application,
        min(categorized_key) as application_number
    from named
    group by application
),

windows as (
    select
        application,
        window_name,
        min(categorized_key) as window_number
    from named
    group by application, window_name
)

select
    named.*,
    categories.category_number,
    applications.application_number,
    windows.window_number,
    named.state = 'active' and {{ is_active_kind('named.activity_kind') }} as is_active
from named
inner join categories
    on named.category = categories.category
inner join applications
    on named.application = applications.application
inner join windows
    on named.application = windows.application
    and named.window_name = windows.window_name
