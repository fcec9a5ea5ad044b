"""Closed sets of words: the enums that Python maps are those that the database admits."""

import re

import pytest
from sqlalchemy import Engine, text

from governance_api.database import Word, WordUnknownError
from governance_api.security.roles import Role
from governance_api.sessions import all_tables

#: (table, definition) of check constraints: CHECK ((kind = ANY (ARRAY['automated'::text, 'user_initiated'::text])))
CHECKS = text(
    "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint "
    "where contype = 'c' and connamespace = 'governance'::regnamespace"
)
ONE_OF = re.compile(r"^CHECK \(\((\w+) = ANY \(ARRAY\[(.*)\]\)\)\)$")


def test_every_column_of_a_closed_set_is_mapped_to_an_enum_that_knows_its_words(engine: Engine) -> None:
    with engine.connect() as connection:
        checks = [(str(table), str(definition)) for table, definition in connection.execute(CHECKS)]
    found = [(table, match[1], match[2]) for table, definition in checks if (match := ONE_OF.match(definition))]
    assert len(found) >= 10
    for table, name, listed in found:
        column = all_tables().tables[table].c[name]
        assert isinstance(column.type, Word), f"{table}.{name} is mapped as {column.type!r}"
        assert set(re.findall(r"'(\w+)'::text", listed)) <= {each.value for each in column.type.kind}, f"{table}.{name}"


def test_a_word_that_the_enum_does_not_know_is_read_as_such_and_never_written(engine: Engine) -> None:
    word = Word(Role)
    assert word.process_bind_param("admin", engine.dialect) == "admin"
    assert word.process_result_value("admin", engine.dialect) is Role.ADMIN
    assert word.process_bind_param(None, engine.dialect) is None
    assert word.process_result_value(None, engine.dialect) is None
    with pytest.raises(ValueError, match="king"):
        word.process_bind_param("king", engine.dialect)
    king, queen = (word.process_result_value(stored, engine.dialect) for stored in ("king", "queen"))
    assert isinstance(king, Role)
    assert king == "king (a word that this release does not know)"
    assert king == word.process_result_value("king", engine.dialect)
    assert king not in {*Role, queen}
    with pytest.raises(WordUnknownError, match=r"This rests on king .*update the service"):
        word.process_bind_param(king, engine.dialect)
