"""Policy, gate, event pool, mining and datamart agree with one paragraph about random histories of some people.

The paragraph stands in `benchmarks/assignments/paragraph.py`; `python -m benchmarks.assignments` takes ten thousand.
"""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from benchmarks.assignments.comparison import compare
from tests.pipelines.builders import dbt_builder

pytestmark = pytest.mark.journey
HISTORIES = 25


def test_nobody_differs_from_the_paragraph(engine: Engine, tmp_path: Path) -> None:
    counts, differences = compare(engine, tmp_path / "lake", dbt_builder(), count=HISTORIES, seed=9)
    assert differences == []
    assert counts["events"] > counts["events that may be collected"] > 50
    assert counts["events that may be mined in a project"] > 10
