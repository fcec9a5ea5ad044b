"""The product's source files as the architecture tests see them: what git would commit, parsed once.

The rules themselves belong in the test files beside this one.
"""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "agent", "governance_api", "pipelines", "standalone", "simulator", "benchmarks")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Files git tracks or would track, relative to the root."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(path for line in listing.splitlines() if (ROOT / (path := Path(line))).is_file())


@cache
def product_modules() -> tuple[Path, ...]:
    return tuple(path for path in tracked_files() if path.suffix == ".py" and path.parts[0] in PACKAGES)


@cache
def syntax_tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))
