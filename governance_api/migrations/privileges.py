"""Says what the roles of the product may do with the governance tables; granted anew after every upgrade.

A new table is open to the governance API from then on. Add it to `READ_BY_PIPELINES` when mining reads it, and to
`ADDED_TO_ONLY` when its rows must never change. A role that the server does not have is left out: a database of tests,
or of somebody who lets the service sign in as the owner, has none.
"""

from sqlalchemy import Connection, text

from domain.database_roles import DatabaseRole

#: A trigger refuses the rest too; the API owns neither the table nor the trigger, so it cannot take that away.
ADDED_TO_ONLY = ("audit_entries",)
READ_ONLY = ("schema_version",)
READ_BY_PIPELINES = (
    "application_replacements",
    "approvals",
    "categorization_rules",
    "configuration_records",
    "assignments",
    "data_requests",
    "event_filters",
    "former_time_zones",
    "landings",
    "losses",
    "mining_jobs",
    "project_workstation_users",
    "projects",
    "task_scopes",
    "workstation_users",
)

API = (
    "grant usage on schema governance to {role}",
    "grant select, insert, update, delete on all tables in schema governance to {role}",
    "grant usage, select on all sequences in schema governance to {role}",
    *(f"revoke update, delete on governance.{table} from {{role}}" for table in ADDED_TO_ONLY),
    *(f"revoke insert, update, delete on governance.{table} from {{role}}" for table in READ_ONLY),
)
PIPELINES = (
    "grant usage on schema governance, access to {role}",
    "revoke all on all tables in schema governance from {role}",
    *(f"grant select on governance.{table} to {{role}}" for table in READ_BY_PIPELINES),
)
SIGN_IN = (
    "grant usage on schema access to {role}",
    "grant execute on function access.projects_of(name), access.open_viewer(text, name, text) to {role}",
)
STATEMENTS = {DatabaseRole.API: API, DatabaseRole.PIPELINES: PIPELINES, DatabaseRole.SIGN_IN: SIGN_IN}


def grant_privileges(connection: Connection) -> None:
    """Runs as the owner of the tables, in the caller's transaction."""
    known = set(connection.scalars(text("select rolname from pg_roles")))
    for role, statements in STATEMENTS.items():
        if role in known:
            for statement in statements:
                connection.execute(text(statement.format(role=role)))
