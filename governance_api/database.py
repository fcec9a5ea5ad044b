"""The base of all tables, the engine, and the one transaction of a request.

Map a closed set of words with `Word` and its enum.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from fastapi import Depends, Request
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Text,
    TypeDecorator,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

from governance_api.errors import ConflictError, GovernanceError
from governance_api.stored_values import is_known, read_json, read_tolerantly, read_word

SCHEMA = "governance"

#: Kinds of columns that several tables have.
BigId = Annotated[int, mapped_column(BigInteger, primary_key=True)]
Id = Annotated[int, mapped_column(primary_key=True)]
Big = Annotated[int, mapped_column(BigInteger)]


class Word(TypeDecorator[Any]):
    """A StrEnum, stored as the text of its value.

    A word that the enum does not know, as a newer release writes it, is read as such and never written. The check
    constraint of the column, where it has one, stands in the revision that creates the table.
    """

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        word = self.kind(value)
        if not is_known(word):
            raise WordUnknownError(word)
        return word.value

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        return None if value is None else read_word(self.kind, value)


class WordUnknownError(ConflictError, DontWrapMixin):
    """What a newer release wrote is not copied, and not asked for, by one that does not know what it means."""

    def __init__(self, word: str) -> None:
        super().__init__(f"This rests on {word}: update the service, then ask again.")


class Base(DeclarativeBase):
    """All governance tables live in the schema `governance`."""

    metadata = MetaData(schema=SCHEMA)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        str: Text,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


def sqlalchemy_url(database_url: str) -> str:
    """`postgresql://…` with the driver of this service written out; a bare one would mean another driver elsewhere."""
    scheme, separator, rest = database_url.partition("://")
    if not separator or scheme.split("+")[0] not in {"postgresql", "postgres"}:
        raise ValueError(
            "The database address does not begin with postgresql://: set TASK_MINING_DATABASE_URL to "
            "postgresql://user:password@host:port/database."
        )
    return f"postgresql+psycopg://{rest}"


def build_engine(database_url: str, *, pool_size: int = 20) -> Engine:
    engine = create_engine(
        sqlalchemy_url(database_url),
        pool_size=pool_size,
        max_overflow=20,
        pool_pre_ping=True,
        json_deserializer=read_json,
        connect_args={"options": "-c timezone=UTC", "application_name": "governance_api"},
    )
    event.listen(engine, "connect", lambda connection, _: read_tolerantly(connection))
    return engine


def open_transaction(request: Request) -> Iterator[Session]:
    """One request, one transaction, committed once, here, before the answer is sent.

    An error rolls it back, except an error that has to be remembered (a refused sign-in).
    """
    sessions: sessionmaker[Session] = request.app.state.sessions
    with sessions() as session:
        try:
            yield session
        except GovernanceError as error:
            if error.is_remembered:
                session.commit()
            raise
        session.commit()


#: What an endpoint asks for when it reads or writes.
Transaction = Annotated[Session, Depends(open_transaction, scope="function")]


def lock_until_commit(session: Session, name: str) -> None:
    """Waits until no other transaction holds the lock of that name; it is released by commit or rollback."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
