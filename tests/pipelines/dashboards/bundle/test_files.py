"""A file of the bundle that is wrong is named, with what is wrong and what to do."""

import shutil
from pathlib import Path

import pytest

from pipelines.dashboards.bundle.files import read_bundle_files
from pipelines.dashboards.errors import BundleError
from pipelines.project_files import SUPERSET_FILES

CHART = "charts/task_activity/timeline.yaml"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for part in ("databases", "datasets", "charts", "dashboards", "defaults"):
        shutil.copytree(SUPERSET_FILES / part, tmp_path / part)
    shutil.copy(SUPERSET_FILES / "colours.yaml", tmp_path)
    return tmp_path


def test_an_unknown_key_is_refused(copied: Path) -> None:
    with (copied / CHART).open("a") as chart:
        chart.write("colour: blue\n")
    with pytest.raises(BundleError, match=r"timeline.yaml is not readable: .*`colour`.*; correct the file"):
        read_bundle_files(copied)


def test_a_chart_without_a_unit_is_refused(copied: Path) -> None:
    lines = (copied / CHART).read_text().splitlines(keepends=True)
    (copied / CHART).write_text("".join(line for line in lines if not line.startswith("unit:")))
    with pytest.raises(BundleError, match=r"timeline.yaml is not readable: .*`unit`"):
        read_bundle_files(copied)


def test_broken_yaml_names_its_file(copied: Path) -> None:
    (copied / CHART).write_text("slice_name: [")
    with pytest.raises(BundleError, match=r"timeline.yaml is not readable"):
        read_bundle_files(copied)


def test_a_missing_file_is_named(copied: Path) -> None:
    (copied / "colours.yaml").unlink()
    with pytest.raises(BundleError, match=r"colours.yaml is missing; restore it"):
        read_bundle_files(copied)
