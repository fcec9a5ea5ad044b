"""Who may import whom: the contracts of `[tool.importlinter]`, run as a test."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.architecture.source_tree import ROOT, product_modules, syntax_tree

#: Slow to import (2 to 9 CPU-seconds each): only inside the functions that need them.
IMPORTED_INSIDE_FUNCTIONS = {"great_expectations", "pandas", "dagster_dbt"}


def test_the_import_contracts_hold() -> None:
    linting = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert linting.returncode == 0, linting.stdout + linting.stderr


def _imported_at_module_level(path: Path) -> set[str]:
    names: set[str] = set()
    for statement in syntax_tree(path).body:
        if isinstance(statement, ast.Import):
            names |= {alias.name.split(".")[0] for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and statement.module and statement.level == 0:
            names.add(statement.module.split(".")[0])
    return names


def test_slow_libraries_are_imported_where_they_are_needed() -> None:
    eager = {
        str(path): sorted(_imported_at_module_level(path) & IMPORTED_INSIDE_FUNCTIONS)
        for path in product_modules()
        if path.parts[0] != "benchmarks"
    }
    assert not {path: names for path, names in eager.items() if names}


def test_the_domain_needs_the_standard_library_msgspec_and_re2_only() -> None:
    allowed = {*sys.stdlib_module_names, "msgspec", "re2", "domain"}
    for path in product_modules():
        if path.parts[0] == "domain":
            assert _imported_at_module_level(path) <= allowed, path
