"""The schema `access`: which PostgreSQL role is which account, and which projects that account may see.

The policies of the published tables ask `access.my_projects()`. It goes by `session_user`: nothing that can stand in a
query changes that name, while `current_user` and settings can be changed.
"""

from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None

VIEWERS = """
create schema access;

create table access.viewers (
    role_name name primary key,
    account_id integer not null unique references governance.accounts on delete cascade
);

-- Of a role that belongs to no account, or whose account is closed or has lost its roles: none.
create function access.projects_of(viewer name) returns integer[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(projects.project_id order by projects.project_id), '{}')
    from access.viewers
    inner join governance.accounts on accounts.account_id = viewers.account_id
    cross join governance.projects
    where viewers.role_name = projects_of.viewer
        and accounts.is_active
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
revoke execute on function access.projects_of(name) from public;

create function access.my_projects() returns integer[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select access.projects_of(session_user) $$;
"""

# Limits of a role cannot be undone inside one statement, and a chart is one statement.
OPEN_VIEWER = """
create function access.open_viewer(account_login text, viewer name, verifier text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    found_account_id integer;
    former_role name;
begin
    if viewer !~ '^viewer_[0-9a-f]{32}$'
        or verifier !~ '^SCRAM-SHA-256[$][0-9]+:[A-Za-z0-9+/=]+[$][A-Za-z0-9+/=:]+$' then
        raise exception 'A viewer has a name like viewer_<32 hexadecimal digits> and a SCRAM-SHA-256 verifier.';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('access.open_viewer', 0));
    select accounts.account_id into found_account_id
    from governance.accounts
    where accounts.login = account_login and accounts.is_active and exists (
        select from governance.account_roles
        where account_roles.account_id = accounts.account_id
            and account_roles.role in ('admin', 'power_user', 'analyst', 'stakeholder')
    );
    if found_account_id is null then
        raise exception 'There is no active account of that name with a role that sees dashboards.';
    end if;
    select viewers.role_name into former_role from access.viewers where viewers.account_id = found_account_id;
    if former_role <> viewer then
        delete from access.viewers where viewers.account_id = found_account_id;
        execute 'drop role if exists ' || quote_ident(former_role);
    end if;
    if exists (
        select from access.viewers where viewers.role_name = viewer and viewers.account_id <> found_account_id
    ) then
        raise exception 'That role belongs to another account.';
    end if;
    if not exists (select from pg_roles where rolname = viewer) then
        execute 'create role ' || quote_ident(viewer) || ' login connection limit 20';
    end if;
    execute 'alter role ' || quote_ident(viewer) || ' password ' || quote_literal(verifier);
    execute 'alter role ' || quote_ident(viewer) || ' set default_transaction_read_only = on';
    execute 'alter role ' || quote_ident(viewer) || ' set statement_timeout = ''30s''';
    execute 'alter role ' || quote_ident(viewer) || ' set search_path = marts';
    execute 'grant dashboards_viewers to ' || quote_ident(viewer) || ' with inherit true, set false';
    insert into access.viewers (role_name, account_id) values (viewer, found_account_id) on conflict do nothing;
end
$$;
revoke execute on function access.open_viewer(text, name, text) from public;
"""


def upgrade() -> None:
    op.execute(VIEWERS)
    op.execute(OPEN_VIEWER)
