"""Reads the tables of `marts` from the YAML that documents the dbt aggregates: names, types, comments, and their DDL.

Add a type to POSTGRES_TYPES when an aggregate documents a column of a type that no mart had before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.project_files import DBT_PROJECT
from pipelines.yaml_files import read_yaml

AGGREGATES = DBT_PROJECT / "models" / "aggregates"
POSTGRES_TYPES = {
    "integer": "integer",
    "bigint": "bigint",
    "double": "double precision",
    "text": "text",
    "date": "date",
    "boolean": "boolean",
    "timestamptz": "timestamp with time zone",
}
"""The YAML's words, and the types as `information_schema.columns` spells them."""


@dataclass(frozen=True, kw_only=True)
class MartColumn:
    name: str
    data_type: str
    """The word of the YAML; a key of POSTGRES_TYPES."""
    description: str


@dataclass(frozen=True, kw_only=True)
class MartTable:
    """One aggregate of one analysis, and the table it becomes."""

    analysis: str
    name: str
    description: str
    columns: tuple[MartColumn, ...]

    def migration_sql(self, existing: Mapping[str, str]) -> list[str]:
        """Statements that bring the table, whose columns and their types are given, to what is documented.

        None when every documented column is there with its type. What is no longer documented is left alone.
        """
        types = {column.name: POSTGRES_TYPES[column.data_type] for column in self.columns}
        changes = [
            f"add column {name} {type_}"
            if name not in existing
            else f"alter column {name} type {type_} using {name}::{type_}"
            for name, type_ in types.items()
            if existing.get(name) != type_
        ]
        if not changes:
            return []
        return [
            f"create table if not exists marts.{self.name} ()",
            f"alter table marts.{self.name} {', '.join(changes)}",
            f"create index if not exists {self.name}_project_index on marts.{self.name} (project_id)",
            f"comment on table marts.{self.name} is {_literal(self.description)}",
            *(
                f"comment on column marts.{self.name}.{column.name} is {_literal(column.description)}"
                for column in self.columns
            ),
        ]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def read_mart_tables(folder: Path = AGGREGATES) -> tuple[MartTable, ...]:
    """Every model under `folder`, in the order of the files; the name of a sub-folder is the analysis."""
    tables = []
    for path in sorted(folder.glob("*/*.yml")):
        for model in read_yaml(path)["models"]:
            columns = tuple(
                MartColumn(name=column["name"], data_type=column["data_type"], description=column["description"])
                for column in model["columns"]
            )
            tables.append(
                MartTable(
                    analysis=path.parent.name, name=model["name"], description=model["description"], columns=columns
                )
            )
    return tuple(tables)
