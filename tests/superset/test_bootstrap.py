"""The permissions of Superset are written in one transaction, or not at all."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from tests.superset.loading import loaded

bootstrap = loaded("bootstrap")
INSERT = text("insert into permissions values (:name)")


@pytest.fixture
def session() -> Iterator[scoped_session[Session]]:
    engine = create_engine("sqlite://")
    session = scoped_session(sessionmaker(engine))
    session.execute(text("create table permissions (name text unique)"))
    session.commit()
    yield session
    session.remove()
    engine.dispose()


def add(session: scoped_session[Session], name: str) -> None:
    """As Superset does it: each is committed, and what fails is only logged."""
    try:
        session.execute(INSERT, {"name": name})
        session.commit()
    except Exception:  # noqa: BLE001
        session.rollback()


def add_all(session: scoped_session[Session], *names: str) -> None:
    with bootstrap.one_transaction(session):
        for name in names:
            add(session, name)


def names(session: scoped_session[Session]) -> list[str]:
    return list(session.scalars(text("select name from permissions order by name")))


def test_many_commits_become_one(session: scoped_session[Session]) -> None:
    commits: list[object] = []
    event.listen(session.get_bind(), "commit", commits.append)
    add_all(session, "can_read", "can_write")
    session.rollback()
    assert names(session) == ["can_read", "can_write"]
    assert len(commits) == 1


def test_afterwards_each_commits_by_itself(session: scoped_session[Session]) -> None:
    add_all(session, "can_read")
    add(session, "can_write")
    add(session, "can_write")
    assert names(session) == ["can_read", "can_write"]


def test_what_cannot_be_written_is_told_and_nothing_of_it_stays(session: scoped_session[Session]) -> None:
    with pytest.raises(RuntimeError, match="run the command again"):
        add_all(session, "can_read", "can_read", "can_write")
    assert names(session) == []


def test_an_error_of_another_kind_leaves_nothing_behind(session: scoped_session[Session]) -> None:
    with suppress(ZeroDivisionError), bootstrap.one_transaction(session):
        add(session, "can_read")
        _ = 1 / 0
    session.rollback()
    assert names(session) == []
