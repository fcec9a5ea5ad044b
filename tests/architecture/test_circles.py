"""No file imports, through whatever others, itself: at module level, inside functions or for types alone.

Which package may import which is a contract of `[tool.importlinter]`, run by `test_imports`.
"""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.architecture.source_tree import PACKAGES, product_modules, syntax_tree


def _imports(package: str) -> dict[str, set[str]]:
    """Every module of the package, and those of the package that it names anywhere."""
    paths = {
        ".".join(path.with_suffix("").parts).removesuffix(".__init__"): path
        for path in product_modules()
        if path.parts[0] == package
    }
    graph: dict[str, set[str]] = {}
    for name, path in paths.items():
        found: set[str] = set()
        for node in ast.walk(syntax_tree(path)):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                found |= {each if each in paths else node.module for each in whole}
        graph[name] = found & paths.keys()
    return graph


@pytest.mark.parametrize("package", PACKAGES)
def test_no_two_files_import_each_other_in_a_circle(package: str) -> None:
    graph = _imports(package)
    assert any(graph.values()), f"no import was found in {package}"
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" ← ".join(error.args[1]))
