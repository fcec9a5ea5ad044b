"""Landing files: whoever writes or reads them has the columns, types and folder names of the one definition."""

import ast
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from domain.landing_files import (
    CONTEXT_COLUMNS,
    CONTEXTS_FOLDER,
    CONTEXTS_GENERATION,
    COUNTERS,
    LANDING_COLUMNS,
    LANDING_FOLDER,
    ColumnType,
    is_finished,
)
from governance_api.ingestion.landing import durable_files
from governance_api.ingestion.landing import files as ingestion
from pipelines.mining.lake import contexts
from pipelines.mining.raw_events import day_events
from simulator.sending import landed_files as simulation
from tests.architecture.source_tree import ROOT, product_modules, syntax_tree
from tests.fixtures import generated_landing

SCHEMAS = {
    "ingestion": ingestion.LANDING_SCHEMA,
    "compaction": day_events.SCHEMA,
    "simulator": simulation.SCHEMA,
    "generated": generated_landing.LANDING_SCHEMA,
}
CONTEXT_SCHEMAS = {
    "ingestion": ingestion.CONTEXTS_SCHEMA,
    "lake": contexts.SCHEMA,
    "simulator": simulation.CONTEXTS_SCHEMA,
}


def in_words(schema: pa.Schema) -> dict[str, ColumnType]:
    """Column → type, whether a text is kept as a dictionary or not."""
    plain = {each.name: each.type.value_type if pa.types.is_dictionary(each.type) else each.type for each in schema}
    return {name: ColumnType(str(type_).replace(", tz=UTC", "")) for name, type_ in plain.items()}


@pytest.mark.parametrize("side", SCHEMAS)
def test_every_side_has_the_same_columns_in_the_same_order(side: str) -> None:
    assert list(in_words(SCHEMAS[side]).items()) == list(LANDING_COLUMNS.items())
    assert SCHEMAS[side].field("occurred_at").type == pa.timestamp("us", tz="UTC")
    assert not any(field.nullable for field in SCHEMAS[side])


@pytest.mark.parametrize("side", CONTEXT_SCHEMAS)
def test_every_side_has_the_same_columns_of_contexts(side: str) -> None:
    assert list(in_words(CONTEXT_SCHEMAS[side]).items()) == list(CONTEXT_COLUMNS.items())


def test_what_is_kept_as_differences_is_a_number_of_the_landing_file() -> None:
    assert all(LANDING_COLUMNS[name] is not ColumnType.TEXT for name in COUNTERS)


def test_a_file_that_is_being_written_is_not_finished(tmp_path: Path) -> None:
    names = [durable_files.new_file_name(), "simulated-000001.parquet"]
    assert all(map(is_finished, names))
    assert not any(is_finished(f"{durable_files.TEMPORARY_PREFIX}{name}") for name in names)
    assert not is_finished(CONTEXTS_GENERATION)
    pq.write_table(pa.table({"number": [1]}), tmp_path / f"{durable_files.TEMPORARY_PREFIX}{names[0]}")
    assert [path.name for path in tmp_path.iterdir() if is_finished(path.name)] == []


def test_no_module_spells_the_folders_or_the_generation_file_itself() -> None:
    """`contexts` is also the name of an asset and of engine tables: there only paths made of it are copies."""
    spelled = {
        f"{path}:{node.lineno}"
        for path in product_modules()
        if path.as_posix() != "domain/landing_files.py"
        for node in ast.walk(syntax_tree(path))
        if (isinstance(node, ast.Constant) and node.value in {LANDING_FOLDER, CONTEXTS_GENERATION})
        or (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div)
            and isinstance(node.right, ast.Constant)
            and node.right.value in {LANDING_FOLDER, CONTEXTS_FOLDER}
        )
    }
    assert (ROOT / "domain" / "landing_files.py").is_file()
    assert spelled == set()
