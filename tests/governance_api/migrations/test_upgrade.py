"""The schema comes to be from nothing, twice without harm, and is the one that Python believes in."""

import psycopg
import pytest
from sqlalchemy import Engine, text

from governance_api.migrations.upgrade import upgrade


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
