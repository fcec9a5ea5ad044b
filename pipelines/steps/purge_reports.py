"""Keeps reports of purges in the lake until governance has them: what was deleted cannot be counted again."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pipelines.mining.lake.files import Lake, put_in_place, sole_writer

FOLDER = "purge_reports"


def keep_report(lake: Lake, report: Mapping[str, Any]) -> None:
    """Durable when this returns. `planned_for` gives it its name, and so its place in the order."""
    staged = lake.staged()
    staged.write_text(json.dumps(report))
    put_in_place(staged, lake.dataset(FOLDER) / f"{report['planned_for']}.json")


def tell_reports(lake: Lake, tell: Callable[[Mapping[str, Any]], None]) -> None:
    """All that are kept, oldest first; each goes once it was told. Passes on what `tell` raises."""
    with sole_writer(lake):
        for path in sorted(lake.dataset(FOLDER).glob("*.json")):
            tell(json.loads(path.read_text()))
            path.unlink()
