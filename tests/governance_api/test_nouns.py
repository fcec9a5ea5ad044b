"""The layout inside the service: one folder per noun, the same files in each, imports of other nouns' services only."""

import ast
import re
from pathlib import Path

import pytest

import governance_api
from governance_api.nouns import NOUNS

FOLDER = Path(governance_api.__file__).parent
#: What every noun may use.
SHARED = {"edge", "security"}
NOT_NOUNS = {"ingestion", "migrations", "openid", "pages"}
FILES = {"__init__.py", "tables.py", "schemas.py", "service.py", "permissions.py", "routes.py"}


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    found |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return {name for name in found if name.startswith("governance_api.")}


def test_every_folder_of_a_noun_is_named_in_nouns() -> None:
    folders = {path.parent.name for path in FOLDER.glob("*/__init__.py")}
    assert folders - NOT_NOUNS - SHARED == set(NOUNS)


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_has_the_same_files(noun: str) -> None:
    assert {path.name for path in (FOLDER / noun).glob("*.py")} >= FILES


@pytest.mark.parametrize("noun", [*NOUNS, "openid", "pages", "ingestion"])
def test_a_noun_uses_another_nouns_service_only(noun: str) -> None:
    for path in (FOLDER / noun).rglob("*.py"):
        for name in imports_of(path):
            _, other, *rest = name.split(".")
            is_other_noun = other in {*NOUNS, *NOT_NOUNS} and other != noun
            assert not is_other_noun or rest == ["service"], f"{path.name} of {noun} imports {name}"


def test_only_the_assembly_knows_ingestion() -> None:
    for path in FOLDER.rglob("*.py"):
        if "ingestion" not in path.parts and path != FOLDER / "app.py":
            assert not [name for name in imports_of(path) if name.startswith("governance_api.ingestion")], path


def test_an_endpoint_shows_in_its_signature_who_may() -> None:
    open_to_all = {"sign_in", "enrol_agent"}
    for noun in NOUNS:
        tree = ast.parse((FOLDER / noun / "routes.py").read_text(encoding="utf-8"))
        declared = ast.parse((FOLDER / noun / "permissions.py").read_text(encoding="utf-8"))
        names = {ast.unparse(node.targets[0]) for node in declared.body if isinstance(node, ast.Assign)}
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list):
            arguments = [*function.args.args, *function.args.kwonlyargs]
            annotations = {ast.unparse(each.annotation) for each in arguments if each.annotation}
            assert annotations & names or function.name in open_to_all, f"{noun}.{function.name}"


@pytest.mark.parametrize("noun", NOUNS)
def test_a_route_says_which_schema_it_answers_with(noun: str) -> None:
    tree = ast.parse((FOLDER / noun / "routes.py").read_text(encoding="utf-8"))
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list):
        answer = ast.unparse(function.returns) if function.returns else ""
        is_schema = re.fullmatch(r"(list\[)?\w+(Answer|Summary)\]?", answer)
        assert is_schema or answer in {"None", "Response"}, (
            f"{noun}.{function.name} answers with {answer or 'anything'}"
        )
