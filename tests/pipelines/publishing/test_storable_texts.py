"""What PostgreSQL cannot keep is replaced, and nothing else."""

import pyarrow as pa

from pipelines.publishing.storable_texts import storable


def test_a_nul_is_replaced_wherever_it_stands() -> None:
    table = pa.table({"project_id": [3, 3, 3], "title": ["a\0b\0", "\0", "plain"], "day": ["x", None, ""]})
    assert storable(table).to_pydict() == {
        "project_id": [3, 3, 3],
        "title": ["a\ufffdb\ufffd", "\ufffd", "plain"],
        "day": ["x", None, ""],
    }


def test_a_table_without_a_nul_is_the_same_table() -> None:
    table = pa.table({"title": ["\\0", "0", "\ufffd", None]})
    assert storable(table) is table
    empty = pa.table({"title": pa.array([], pa.string())})
    assert storable(empty) is empty
