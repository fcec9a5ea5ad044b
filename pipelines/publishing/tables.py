"""The tables of `marts`, read from the YAML that documents the dbt aggregates: names, types, comments, DDL.

Filling them belongs to `swap`.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from pipelines.project_files import DBT_PROJECT

AGGREGATES = DBT_PROJECT / "models" / "aggregates"
POSTGRES_TYPES = {
    "integer": "integer",
    "bigint": "bigint",
    "double": "double precision",
    "text": "text",
    "date": "date",
    "boolean": "boolean",
    "timestamptz": "timestamptz",
}


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

    def create_sql(self) -> str:
        columns = ", ".join(f"{column.name} {POSTGRES_TYPES[column.data_type]}" for column in self.columns)
        return f"create table if not exists marts.{self.name} ({columns})"

    def amend_sql(self) -> list[str]:
        """Statements that give an older table the columns that were added since, and every table its comments."""
        added = [
            f"alter table marts.{self.name} add column if not exists {column.name} {POSTGRES_TYPES[column.data_type]}"
            for column in self.columns
        ]
        comments = [
            f"comment on column marts.{self.name}.{column.name} is {_literal(column.description)}"
            for column in self.columns
        ]
        return [*added, f"comment on table marts.{self.name} is {_literal(self.description)}", *comments]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def read_mart_tables(folder: Path = AGGREGATES) -> tuple[MartTable, ...]:
    """Every model under `folder`, in the order of the files; the name of a sub-folder is the analysis."""
    tables = []
    for path in sorted(folder.glob("*/*.yml")):
        for model in yaml.safe_load(path.read_text())["models"]:
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
