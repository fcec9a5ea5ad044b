"""Reads the YAML files under `superset/` strictly: an unknown key is an error, a missing file is named.

Add a field to the struct of a file when its YAML is to say something more, and carry it over in `rendering`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import yaml

from pipelines.dashboards.errors import BundleError
from pipelines.project_files import SUPERSET_FILES
from pipelines.yaml_files import read_yaml

Words = Annotated[str, msgspec.Meta(min_length=1)]
GridColumns = Annotated[int, msgspec.Meta(ge=1, le=12)]


class BundleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One YAML file, or a part of one."""


class ColumnFile(BundleFile, frozen=True):
    """A column of a mart as people read it; with an expression, one that is calculated from others of the mart.

    One that is not shown is there for figures alone: no chart names it, and nobody filters by it.
    """

    type: Words
    label: Words
    expression: str | None = None
    is_shown: bool = True


class MetricFile(BundleFile, frozen=True):
    """One aggregate expression over a mart. `d3format` is the format of its figures."""

    label: Words
    expression: Words
    d3format: Words


class DatasetFile(BundleFile, frozen=True):
    """`datasets/<analysis>/<table>.yaml`: one table of schema marts."""

    description: Words
    columns: dict[str, ColumnFile]
    metrics: dict[str, MetricFile]
    main_dttm_col: str | None = None


class ChartFile(BundleFile, frozen=True):
    """`charts/<analysis>/<chart>.yaml`. The unit follows the title; a big number carries it below the figure."""

    slice_name: Words
    unit: Words
    description: Words
    viz_type: Words
    dataset: Words
    params: dict[str, Any]


class FilterFile(BundleFile, frozen=True):
    """A native filter; without a column it is the one on dates. A `single` filter always has exactly one value."""

    name: Words
    description: str = ""
    dataset: str | None = None
    column: str | None = None
    single: bool = False


class RowFile(BundleFile, frozen=True):
    """A row of the grid: a heading, or charts (`<analysis>/<chart>`: columns of twelve) of one height in grid units."""

    heading: str | None = None
    charts: dict[str, GridColumns] = {}
    height: int = 50


class DashboardFile(BundleFile, frozen=True):
    """`dashboards/<analysis>.yaml`."""

    dashboard_title: Words
    slug: Words
    description: Words
    filters: tuple[FilterFile, ...]
    rows: tuple[RowFile, ...]

    @property
    def project_table(self) -> str:
        """The mart that says which projects have anything to show here."""
        return next(each.dataset for each in self.filters if each.column == "project_name" and each.dataset)


class ColoursFile(BundleFile, frozen=True):
    """`colours.yaml`: what each word is painted in, and what is left for words nobody foresaw."""

    labels: dict[str, str]
    categories: dict[str, str]
    palette: tuple[str, ...]


class BundleFiles(BundleFile, frozen=True):
    """Everything under `superset/` that describes dashboards, keyed by table, `<analysis>/<chart>` and `<analysis>`."""

    database: dict[str, Any]
    datasets: dict[str, DatasetFile]
    charts: dict[str, ChartFile]
    dashboards: dict[str, DashboardFile]
    chart_defaults: dict[str, dict[str, Any]]
    dashboard_metadata: dict[str, Any]
    colours: ColoursFile


T = TypeVar("T")


def _read(path: Path, shape: type[T]) -> T:
    try:
        return msgspec.convert(read_yaml(path), shape)
    except FileNotFoundError as error:
        raise BundleError(f"{path} is missing; restore it from the repository.") from error
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise BundleError(f"{path} is not readable: {error}; correct the file.") from error


def read_bundle_files(root: Path = SUPERSET_FILES) -> BundleFiles:
    """All files of the bundle; BundleError names the file that cannot be read."""
    return BundleFiles(
        database=_read(root / "databases/marts.yaml", dict[str, Any]),
        datasets={path.stem: _read(path, DatasetFile) for path in sorted(root.glob("datasets/*/*.yaml"))},
        charts={
            f"{path.parent.name}/{path.stem}": _read(path, ChartFile) for path in sorted(root.glob("charts/*/*.yaml"))
        },
        dashboards={path.stem: _read(path, DashboardFile) for path in sorted(root.glob("dashboards/*.yaml"))},
        chart_defaults=_read(root / "defaults/charts.yaml", dict[str, dict[str, Any]]),
        dashboard_metadata=_read(root / "defaults/dashboard_metadata.yaml", dict[str, Any]),
        colours=_read(root / "colours.yaml", ColoursFile),
    )
