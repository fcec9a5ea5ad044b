"""Adding an event kind takes a member, a row and `make macros`: then it goes all the way, as its row says."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.added_event_kinds import ADDED

ROOT = Path(__file__).parents[2]
COPIED = ("agent", "benchmarks", "dbt", "domain", "governance_api", "pipelines", "tests")
INPUT, STATE = ADDED
MEMBERS = f"""
    {INPUT.upper()} = "{INPUT}"
    {STATE.upper()} = "{STATE}"
"""
ROWS = f"""
        EventKind.{INPUT.upper()}: KindDefinition(code=21, is_input=True, is_reported_by_browser=True),
        EventKind.{STATE.upper()}: KindDefinition(
            code=22, opens=_ACTIVE, passes_while=(_LOCKED,), is_kept_of_excluded=True, is_durable=True
        ),
"""


def run(tree: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONWARNINGS": "ignore"}
    answer = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
    return answer.stdout


def copied_tree(folder: Path, *, rows: str) -> Path:
    """The tree with two kinds more in its table, and the macros that `make macros` then writes."""
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "target", "logs"))
    table = folder / "domain" / "event_kinds.py"
    text = table.read_text(encoding="utf-8")
    for before, added in (('    TASK_STOPPED = "task_stopped"\n', MEMBERS), ("        ),\n    }\n", rows)):
        assert text.count(before) == 1, f"{table} reads otherwise than this test expects: {before!r}"
        text = text.replace(before, before.replace("    }\n", "") + added.lstrip("\n") + ("    }\n" * ("}" in before)))
    table.write_text(text, encoding="utf-8")
    run(folder, "pipelines.resources.domain_macros")
    return folder


@pytest.mark.journey
def test_a_new_kind_arrives_as_its_row_says(tmp_path: Path) -> None:
    tree = copied_tree(tmp_path / "tree", rows=ROWS)
    found = json.loads(run(tree, "tests.journeys.added_event_kinds", str(tmp_path)).splitlines()[-1])
    assert found == {
        "open": [None, None],
        "locked": ["locked", None],
        "spooled": [[INPUT, "editor"], [STATE, "editor"], [STATE, ""]],
        "durable": [False, True],
        "from_browser": [True, False],
        "told": ["zoomed  [editor · letter.txt]", "call started  [editor · letter.txt]", "call started"],
        "wire": [[INPUT, STATE, INPUT, STATE]] * 2,
        "pool": [[INPUT, False], [STATE, False], [STATE, True]],
        "states": ["active", "idle", "active"],
        "is_sound": True,
    }


@pytest.mark.journey
def test_a_kind_without_a_row_closes_the_gate(tmp_path: Path) -> None:
    tree = copied_tree(tmp_path / "tree", rows="")
    asked = (
        "from domain.event_kinds import EventKind; from tests.agent.policy.test_gate import NOW, OPEN, closed_because;"
        f"print(closed_because(OPEN, at_us=NOW, kind=EventKind({INPUT!r})))"
    )
    (tree / "asked.py").write_text(asked, encoding="utf-8")
    assert run(tree, "asked").strip() == "gate_failed"
