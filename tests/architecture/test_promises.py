"""Nothing is promised that is not kept: private code that nobody uses, docstrings that only hold a place."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source_tree import product_modules, syntax_tree

PLAIN_DECORATORS = {"property", "cached_property", "staticmethod", "classmethod", "cache", "dataclass"}
PLACE_HOLDERS = re.compile(r"^\W*(placeholder|todo|tbd|fixme|docstring)\b", re.IGNORECASE)


def _uses() -> Counter[str]:
    """How often each name is read anywhere in the product; strings count, for what is found by its name."""
    uses: Counter[str] = Counter()
    for path in product_modules():
        for node in ast.walk(syntax_tree(path)):
            match node:
                case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name) | ast.alias(name=name):
                    uses[name] += 1
                case ast.Constant(value=str(text)) if text.isidentifier():
                    uses[text] += 1
    return uses


def _private(path: Path) -> Iterator[str]:
    """Private functions and classes, but for what a base class or a decorator may call."""
    called_by_others = {
        method
        for node in ast.walk(syntax_tree(path))
        if isinstance(node, ast.ClassDef) and node.bases
        for method in node.body
    }
    for node in ast.walk(syntax_tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node not in called_by_others:
            is_plain = {getattr(each, "id", "") for each in node.decorator_list} <= PLAIN_DECORATORS
            if is_plain and node.name.startswith("_") and not node.name.endswith("__"):
                yield node.name


def test_private_code_is_used() -> None:
    uses = _uses()
    unused = {str(path): name for path in product_modules() for name in _private(path) if not uses[name]}
    assert not unused


def test_no_docstring_only_holds_a_place() -> None:
    held = []
    for path in product_modules():
        for node in ast.walk(syntax_tree(path)):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                said = ast.get_docstring(node)
                if said is not None and (not said.strip() or PLACE_HOLDERS.match(said)):
                    held.append(str(path))
    assert not held
