"""Projects can be deleted: the stage, the name that is free again, and no assignment or viewer of one.

The view and the function are those of revisions 0008 and 0010, which now know the stage.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PROJECTS = """
alter table governance.projects
    drop constraint projects_stage_check,
    add constraint projects_stage_check check (stage in ('draft', 'collecting', 'closed', 'archived', 'deleted')),
    drop constraint projects_name_key,
    add column deleted_at timestamptz,
    add column deleted_by integer references governance.accounts,
    add check ((stage = 'deleted') = (deleted_at is not null));
create unique index projects_name_key on governance.projects (name) where stage <> 'deleted';
"""

ASSIGNMENTS = """
create or replace view governance.assignments as
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
        projects.stage not in ('draft', 'deleted')
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

VIEWERS = """
create or replace function access.projects_of(viewer name) returns integer[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(projects.project_id order by projects.project_id), '{}')
    from access.viewers
    inner join governance.accounts on accounts.account_id = viewers.account_id
    cross join governance.projects
    where viewers.role_name = projects_of.viewer
        and accounts.is_active
        and projects.stage <> 'deleted'
        and (
            exists (
                select from governance.account_roles
                where account_roles.account_id = accounts.account_id and account_roles.role = 'admin'
            )
            or exists (
                select from governance.account_roles
                where account_roles.account_id = accounts.account_id
                    and account_roles.role in ('power_user', 'analyst', 'stakeholder')
            )
            and (
                projects.created_by = accounts.account_id
                or exists (
                    select from governance.project_shares
                    where project_shares.project_id = projects.project_id
                        and project_shares.account_id = accounts.account_id
                )
            )
        )
$$;
"""


def upgrade() -> None:
    op.execute(PROJECTS)
    op.execute(ASSIGNMENTS)
    op.execute(VIEWERS)
