"""Where the files that are no Python packages stand: the dbt project and Superset's reviewed files.

In a checkout they are folders beside the packages; an installed wheel carries them in `task_mining_data`, because a
top-level folder `dbt` or `superset` would hide the packages of those names. A further such folder is named here, and
under `[tool.hatch.build.targets.wheel]` in pyproject.toml.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INSTALLED = ROOT / "task_mining_data"

IS_CHECKOUT = not INSTALLED.is_dir()
PROJECT_FILES = ROOT if IS_CHECKOUT else INSTALLED

DBT_PROJECT = PROJECT_FILES / "dbt"
SUPERSET_FILES = PROJECT_FILES / "superset"
