"""Opens DuckDB as every step uses it: in memory, bounded, in UTC, fetching nothing from outside."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from domain.conditions.sql import text_sql


@dataclass(frozen=True, kw_only=True)
class EngineLimits:
    """How much of the machine one step may take. One thread costs the least CPU, two end sooner."""

    memory_limit: str = "1500MB"
    threads: int = 2


@contextmanager
def open_engine(limits: EngineLimits | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database that lives as long as the block."""
    chosen = limits or EngineLimits()
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": chosen.memory_limit,
            "threads": chosen.threads,
            "autoinstall_known_extensions": False,
        },
    )
    try:
        connection.execute("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()


def parquet_sql(paths: Iterable[Path], *, options: str = "") -> str:
    """A table function over files in the order given. There must be at least one."""
    names = ", ".join(text_sql(str(path)) for path in paths)
    return f"read_parquet([{names}]{', ' + options if options else ''})"


def copy_sql(query: str, path: Path, *, options: str) -> str:
    """A statement that writes what a query says to one file of Parquet, and answers with the number of rows."""
    return f"copy ({query}) to {text_sql(str(path))} (format parquet, {options})"
