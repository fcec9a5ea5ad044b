"""Terms that are frozen with a data request, pools that projects name, closings, and the view `assignments`.

The view has the facts; what follows from them is said by `domain.assignments` to everybody who reads it.
"""

from alembic import op

revision = "0008"
down_revision = "0012"
branch_labels = None
depends_on = None

TERMS = """
alter table governance.projects
    add column visibility text not null default 'group' check (visibility in ('group', 'individual')),
    add column pool_data_request_ids integer[] not null default '{}';

alter table governance.data_requests
    add column goals text[] not null default '{overall_activity}',
    add column collection_cadence text not null default 'continuous'
        check (collection_cadence in ('continuous', 'targeted')),
    add column visibility text not null default 'group' check (visibility in ('group', 'individual')),
    add column anonymization_level text not null default 'anonymized_code'
        check (anonymization_level in ('login_name', 'initials', 'anonymized_code')),
    add check (project_id is not null or collection_cadence = 'continuous');

update governance.data_requests
set
    goals = projects.goals,
    collection_cadence = projects.collection_cadence,
    anonymization_level = projects.anonymization_level
from governance.projects
where data_requests.project_id = projects.project_id;

alter table governance.mining_jobs add column assignments jsonb not null default '[]';
"""

CLOSINGS = """
create table governance.project_closings (
    project_id integer not null references governance.projects on delete cascade,
    closed_at timestamptz not null,
    reopened_at timestamptz not null,
    primary key (project_id, closed_at),
    check (reopened_at >= closed_at)
);
"""

TASK_MARKS = """
create table governance.task_marks (
    session_key bigint not null references governance.agent_sessions,
    sequence bigint not null,
    occurred_at timestamptz not null,
    is_start boolean not null,
    task_name text not null,
    received_at timestamptz not null default now(),
    primary key (session_key, sequence)
);
create index task_marks_received_index on governance.task_marks (received_at);
"""

ASSIGNMENTS = """
drop view governance.agent_consents;
drop view governance.consenting_windows;

create view governance.assignments as
select
    approvals.approval_id,
    approvals.workstation_user_id,
    data_requests.data_request_id,
    data_requests.project_id,
    data_requests.name,
    data_requests.purpose,
    data_requests.goals,
    data_requests.collection_cadence,
    data_requests.visibility,
    data_requests.anonymization_level,
    collection_windows.starts_at,
    collection_windows.ends_at,
    data_requests.project_id is null or (
        projects.stage <> 'draft'
        and exists (
            select 1 from governance.project_workstation_users as members
            where
                members.project_id = data_requests.project_id
                and members.workstation_user_id = approvals.workstation_user_id
        )
    ) as is_under_way,
    closings.closed_at,
    closings.reopened_at,
    given.answers,
    given.answered_at,
    given.answered_by,
    recorded.tasks
from governance.approvals
inner join governance.data_requests
    on approvals.data_request_id = data_requests.data_request_id
inner join governance.collection_windows
    on approvals.approval_id = collection_windows.approval_id
left join governance.projects
    on data_requests.project_id = projects.project_id
cross join lateral (
    select
        coalesce(array_agg(closing.closed_at order by closing.closed_at), '{}') as closed_at,
        coalesce(array_agg(closing.reopened_at order by closing.closed_at), '{}') as reopened_at
    from (
        select project_closings.closed_at, project_closings.reopened_at
        from governance.project_closings
        where project_closings.project_id = projects.project_id
        union all
        select coalesce(projects.closed_at, projects.last_opened_at), null
        where projects.stage in ('closed', 'archived')
    ) as closing
) as closings
cross join lateral (
    select
        coalesce(array_agg(consents.answer order by consents.consent_id), '{}') as answers,
        coalesce(array_agg(consents.answered_at order by consents.consent_id), '{}') as answered_at,
        coalesce(array_agg(consents.agent_id order by consents.consent_id), '{}') as answered_by
    from governance.consents
    where consents.approval_id = approvals.approval_id
) as given
cross join lateral (
    select coalesce(array_agg(task_scopes.name order by task_scopes.task_scope_id), '{}') as tasks
    from governance.task_scopes
    where task_scopes.project_id = projects.project_id and task_scopes.kind = 'user_initiated'
) as recorded
where approvals.decision = 'approved' and collection_windows.closed_at is null;
"""


def upgrade() -> None:
    op.execute(TERMS)
    op.execute(CLOSINGS)
    op.execute(TASK_MARKS)
    op.execute(ASSIGNMENTS)
