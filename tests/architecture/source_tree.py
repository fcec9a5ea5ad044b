"""The product's source files as the architecture tests see them: what git would commit, parsed once."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pathspec import GitIgnoreSpec

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "agent", "governance_api", "pipelines", "standalone", "simulator", "benchmarks")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Files git tracks or would track, relative to the root. git may be missing, or distrust the folder's owner."""
    ignored = GitIgnoreSpec.from_lines([".git/", *(ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()])
    return tuple(sorted(_files(ROOT, ignored)))


def _files(folder: Path, ignored: GitIgnoreSpec) -> Iterator[Path]:
    for entry in os.scandir(folder):
        path = Path(entry.path).relative_to(ROOT)
        if entry.is_dir(follow_symlinks=False):
            if not ignored.match_file(f"{path.as_posix()}/"):
                yield from _files(ROOT / path, ignored)
        elif not ignored.match_file(path.as_posix()):
            yield path


@cache
def python_modules() -> tuple[Path, ...]:
    """The product's and the tests'."""
    return tuple(path for path in tracked_files() if path.suffix == ".py")


@cache
def product_modules() -> tuple[Path, ...]:
    return tuple(path for path in tracked_files() if path.suffix == ".py" and path.parts[0] in PACKAGES)


@cache
def syntax_tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))
