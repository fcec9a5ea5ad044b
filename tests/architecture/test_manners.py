"""Holds how the code speaks: docstrings, errors, transactions, wiring. Add a rule here when it was said twice."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, product_modules, python_modules, syntax_tree

#: One word per concept (the glossary's "never" column, where a word is not also plain English).
FOREIGN_WORDS = ("employee", "heartbeat", "scrubber", "blocklist", "pseudonym", "refresh_job", "optin", "opt_in")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|\"Placeholder\.?\"")
#: "What X means belongs to `y`": a docstring says what its module does, not what others do.
OF_OTHERS = re.compile(
    r"\bbelongs? to (the )?`|\b(What|Which|How|When|Whether|Who|Whose|Where)\b[^.;]*\bbelongs? (to|in)\b"
)
#: Words of ours that no newcomer knows; each stands for something the field has a word for.
COINAGES = {
    *("deed", "deeds", "voices", "twins", "twice_seen", "road", "roads", "books", "turns", "door", "obeying"),
    *("telling", "standing", "frugality", "couriers", "steward"),
}
TOO_BROAD = {"Exception", "BaseException"}
WIRING_CALLS = {"getenv", "create_engine", "connect", "open"}


@pytest.mark.parametrize("path", product_modules(), ids=str)
def test_every_module_has_a_docstring(path: Path) -> None:
    docstring = ast.get_docstring(syntax_tree(path))
    if not (ROOT / path).read_text(encoding="utf-8").strip():
        return
    assert docstring, f"{path} has no docstring: say what it does and, where somebody will extend it, how."


def test_every_module_says_what_it_does_and_not_what_belongs_to_others() -> None:
    docstrings = {path: ast.get_docstring(syntax_tree(path)) or "" for path in python_modules()}
    assert not [str(path) for path, docstring in docstrings.items() if OF_OTHERS.search(docstring)]


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_modules_are_named_in_the_words_of_the_field() -> None:
    coined = [str(path) for path in python_modules() if {*path.parts[:-1], path.stem} & COINAGES]
    assert not [*coined, *(str(path) for path in python_modules() if _words(path.stem) & COINAGES)]


def _defined_names(path: Path) -> Iterator[str]:
    """Classes, functions (tests are sentences, in which a turn may be one) and whatever is assigned to."""
    for node in ast.walk(syntax_tree(path)):
        match node:
            case ast.ClassDef(name=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if not name.startswith("test_"):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def test_what_modules_define_is_named_in_the_words_of_the_field() -> None:
    names = {(str(path), name) for path in python_modules() for name in _defined_names(path)}
    assert len(names) > 1000
    assert not {(path, name) for path, name in names if _words(name) & COINAGES}


def test_nothing_is_left_unfinished() -> None:
    unfinished = {
        f"{path}:{number}"
        for path in product_modules()
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    }
    assert not unfinished


def _silent_handlers(path: Path) -> list[str]:
    return [
        f"{path}:{node.lineno}"
        for node in ast.walk(syntax_tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (len(node.body) == 1 and isinstance(node.body[0], ast.Pass)))
    ]


def _suppressions(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(syntax_tree(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"suppress", "contextlib.suppress"}:
            yield node


def test_no_error_is_swallowed() -> None:
    assert not [place for path in product_modules() for place in _silent_handlers(path)]


def test_what_is_suppressed_is_named_and_has_a_reason() -> None:
    found, faulty = 0, []
    for path in product_modules():
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        for call in _suppressions(path):
            found += 1
            has_reason = "#" in lines[call.lineno - 1] or lines[call.lineno - 2].lstrip().startswith("#")
            if not has_reason or {ast.unparse(argument) for argument in call.args} & TOO_BROAD:
                faulty.append(f"{path}:{call.lineno}")
    assert found
    assert not faulty, "say behind it or above why nothing has to be done, and name the errors"


def test_services_never_commit() -> None:
    commits = [
        f"{path}:{node.lineno}"
        for path in product_modules()
        if path.parts[0] == "governance_api" and path.stem == "service"
        for node in ast.walk(syntax_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback"}
    ]
    assert not commits


def _statements_run_at_import(path: Path) -> list[ast.expr | ast.stmt]:
    """Everything outside function bodies (decorators and defaults aside)."""
    found: list[ast.expr | ast.stmt] = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return
        if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test):
            return
        if isinstance(node, ast.expr | ast.stmt):
            found.append(node)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(syntax_tree(path))
    return found


def _reaches_outside(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "environ":
        return True
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in WIRING_CALLS


def test_importing_a_module_does_nothing() -> None:
    busy = [
        f"{path}:{node.lineno}"
        for path in product_modules()
        for node in _statements_run_at_import(path)
        if _reaches_outside(node)
    ]
    assert not busy


def test_one_word_per_concept() -> None:
    names = {
        (str(path), node.name)
        for path in product_modules()
        for node in ast.walk(syntax_tree(path))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    assert not {(path, name) for path, name in names if any(word in name.lower() for word in FOREIGN_WORDS)}
