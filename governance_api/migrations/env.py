"""Alembic's entry: runs the revisions on the connection that `upgrade` hands over.

There is no offline mode: revisions are applied by `python -m governance_api.migrations upgrade` only.
"""

from alembic import context
from sqlalchemy import text

from governance_api.database import SCHEMA

connection = context.config.attributes["connection"]
connection.execute(text(f"create schema if not exists {SCHEMA}"))
connection.commit()
context.configure(
    connection=connection,
    version_table="schema_version",
    version_table_schema=SCHEMA,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
