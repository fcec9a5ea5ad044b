"""Sessions that know the tables of every noun in `nouns`, because foreign keys reach across nouns."""

from importlib import import_module

from sqlalchemy import Engine, MetaData
from sqlalchemy.orm import Session, sessionmaker

from governance_api.database import Base
from governance_api.nouns import NOUNS


def all_tables() -> MetaData:
    for noun in NOUNS:
        import_module(f"governance_api.{noun}.tables")  # its classes register themselves with Base
    return Base.metadata


def build_sessions(engine: Engine) -> "sessionmaker[Session]":
    all_tables()
    return sessionmaker(engine, expire_on_commit=False)
