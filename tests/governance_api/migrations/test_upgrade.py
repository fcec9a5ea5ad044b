"""The schema comes to be from nothing, twice without harm, and is the one that Python believes in."""

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from governance_api.migrations.upgrade import upgrade
from governance_api.sessions import all_tables


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        before = connection.execute(text("select count(*) from governance.configuration_records")).scalar()
    upgrade(engine)
    with engine.connect() as connection:
        after = connection.execute(text("select count(*) from governance.configuration_records")).scalar()
    assert before == after


@pytest.mark.parametrize(
    "statement",
    [
        "update governance.audit_entries set tag = 'x'",
        "delete from governance.audit_entries",
        "truncate governance.audit_entries",
    ],
)
def test_audit_entries_can_only_be_added(database_url: str, statement: str) -> None:
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.Error, match="append-only"):
        connection.execute(statement)


#: Tables that only `ingestion` and the revisions themselves know.
WITHOUT_CLASSES = {"agent_sessions", "landings", "batch_receipts", "task_marks", "schema_version"}


def _differences(engine: Engine) -> list[str]:
    def is_ours(_: object, name: str | None, kind: str, reflected: bool, __: object) -> bool:
        is_declared_elsewhere = kind == "table" and reflected and name in WITHOUT_CLASSES
        return not is_declared_elsewhere and not (kind == "index" and reflected)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: kind != "schema" or name == "governance",
                "include_object": is_ours,
            },
        )
        return [str(difference) for difference in compare_metadata(context, all_tables())]


def test_the_tables_are_those_that_python_declares(engine: Engine) -> None:
    assert _differences(engine) == []
