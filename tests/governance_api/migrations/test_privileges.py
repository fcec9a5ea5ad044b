"""What the pipelines may read is what they read; who may do what is tried in tests/standalone/postgres."""

import re

from governance_api.migrations.privileges import READ_BY_PIPELINES
from pipelines.project_files import ROOT


def test_the_pipelines_may_read_exactly_the_tables_that_their_sql_names() -> None:
    sources = [*(ROOT / "pipelines").rglob("*.py"), ROOT / "simulator/truth/product_results.py"]
    named = {
        table
        for source in sources
        for table in re.findall(r"(?:from|join)\s+governance\.(\w+)", source.read_text())
        if "import" not in table
    }
    assert named - {"import"} == set(READ_BY_PIPELINES)
