"""Brings a running Superset to exactly what the committed YAML says: import, prune, close the rows, open dashboards.

It can be repeated without harm; Superset must be running and the marts published.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from domain.database_roles import DatabaseRole
from pipelines.dashboards import access
from pipelines.dashboards.bundle.files import BundleFiles, read_bundle_files
from pipelines.dashboards.bundle.identities import chart_uuid, dashboard_uuid, dataset_uuid
from pipelines.dashboards.bundle.rendering import render
from pipelines.dashboards.deployment_lock import sole_deployment
from pipelines.dashboards.mart_contents import read_mart_contents
from pipelines.dashboards.superset_session import SupersetSession
from pipelines.project_files import SUPERSET_FILES

NO_PASSWORD = "given-at-each-connection"  # noqa: S105 - Superset insists on one; with it nobody is let in


@dataclass(frozen=True)
class Deployment:
    """What stands in Superset after a deployment, and how many objects it removed."""

    datasets: int
    charts: int
    dashboards: int
    projects: int
    pruned: int


def deploy_dashboards(
    *, superset_url: str, password: str, database_url: str, bundle_folder: Path = SUPERSET_FILES
) -> Deployment:
    """Deploy everything under `superset/` as Superset's account admin. `database_url` is the reading role's.

    Waits for a deployment that is under way. Raises DashboardsError, in one sentence, when a file, the marts or
    Superset is not as it should be.
    """
    files = read_bundle_files(bundle_folder)
    with sole_deployment(database_url):
        return _deploy(files, superset_url=superset_url, password=password, database_url=database_url)


def _deploy(files: BundleFiles, *, superset_url: str, password: str, database_url: str) -> Deployment:
    contents = read_mart_contents(database_url, tables=_project_tables(files).values())
    archive = _zipped(render(files, sqlalchemy_uri=_superset_address(database_url), contents=contents))

    session = SupersetSession(superset_url=superset_url, password=password)
    roles = access.ensure_roles(session, contents.projects)
    _hide_dashboards_before_new_datasets(session, files, roles)
    session.import_assets(archive, database_password=NO_PASSWORD)
    pruned = sum(_prune(session, kind, kept) for kind, kept in _uuids(files).items())
    deployed = {kind: _ids(session, kind, uuids) for kind, uuids in _uuids(files).items()}
    access.ensure_row_rules(
        session, dataset_ids=sorted(deployed["dataset"].values()), roles=roles, project_ids=sorted(contents.projects)
    )
    for analysis, table in _project_tables(files).items():
        dashboard_id = deployed["dashboard"][dashboard_uuid(analysis)]
        access.open_dashboard(session, dashboard_id, roles=roles, project_ids=contents.projects_with_rows[table])
    counts = {f"{kind}s": len(ids) for kind, ids in deployed.items()}
    return Deployment(**counts, projects=len(contents.projects), pruned=pruned)


def _project_tables(files: BundleFiles) -> dict[str, str]:
    """By analysis, the mart that says which projects have anything to show on its dashboard."""
    return {analysis: dashboard.project_table for analysis, dashboard in files.dashboards.items()}


def _uuids(files: BundleFiles) -> dict[str, set[str]]:
    """What the bundle holds, by kind, in the order in which obsolete objects can be deleted."""
    return {
        "dashboard": {dashboard_uuid(each) for each in files.dashboards},
        "chart": {chart_uuid(each) for each in files.charts},
        "dataset": {dataset_uuid(each) for each in files.datasets},
    }


def _hide_dashboards_before_new_datasets(session: SupersetSession, files: BundleFiles, roles: dict[str, int]) -> None:
    """A dataset that no rule closes yet must not be visible for even a moment."""
    wanted = _uuids(files)
    if wanted["dataset"] - _ids(session, "dataset", wanted["dataset"]).keys():
        for dashboard_id in _ids(session, "dashboard", wanted["dashboard"]).values():
            access.open_dashboard(session, dashboard_id, roles=roles, project_ids=[])


def _superset_address(database_url: str) -> str:
    """The server and database with the role that sees no row: `superset/viewers.py` puts the account's in its place."""
    parts = urlsplit(database_url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(scheme="postgresql+psycopg2", netloc=f"{DatabaseRole.NOBODY}:XXXXXXXXXX@{host}").geturl()


def _zipped(bundle: Mapping[str, dict[str, Any]]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, content in bundle.items():
            zipped.writestr(f"bundle/{path}", _yaml(content))
    return archive.getvalue()


def _yaml(content: dict[str, Any]) -> str:
    return yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)


def _ids(session: SupersetSession, kind: str, uuids: set[str]) -> dict[str, int]:
    """Superset's ids of these objects, as far as they exist."""
    return {str(each["uuid"]): each["id"] for each in session.list_all(f"{kind}/") if str(each["uuid"]) in uuids}


def _prune(session: SupersetSession, kind: str, kept: set[str]) -> int:
    """Delete what an earlier bundle brought and this one no longer holds; what people made by hand is left alone."""
    candidates = [each["id"] for each in session.list_all(f"{kind}/") if str(each["uuid"]) not in kept]
    obsolete = [each for each in candidates if session.get(f"{kind}/{each}")["result"].get("is_managed_externally")]
    for object_id in obsolete:
        session.delete(f"{kind}/{object_id}")
    return len(obsolete)
