"""Bring a running Superset to exactly what the committed YAML says: import, prune, close the rows, open the dashboards.

Publishing the marts and starting Superset happen elsewhere; everything here can be repeated without harm.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

from pipelines.dashboards import access
from pipelines.dashboards.bundle_files import BUNDLE_FOLDER, read_bundle_files
from pipelines.dashboards.identities import chart_uuid, dashboard_uuid, dataset_uuid
from pipelines.dashboards.mart_contents import read_mart_contents
from pipelines.dashboards.rendering import render
from pipelines.dashboards.superset_session import SupersetSession


@dataclass(frozen=True)
class Deployment:
    """What stands in Superset after a deployment, and how many objects it removed."""

    datasets: int
    charts: int
    dashboards: int
    projects: int
    pruned: int


def deploy_dashboards(
    *, superset_url: str, password: str, database_url: str, bundle_folder: Path = BUNDLE_FOLDER
) -> Deployment:
    """Deploy everything under `superset/` as Superset's account admin. `database_url` is the reading role's.

    Raises DashboardsError, in one sentence, when a file, the marts or Superset is not as it should be.
    """
    files = read_bundle_files(bundle_folder)
    contents = read_mart_contents(database_url)
    project_ids = sorted(contents.projects)
    uri, database_password = _superset_address(database_url)
    bundle = render(files, sqlalchemy_uri=uri, contents=contents)
    ours = {
        "dashboard": {dashboard_uuid(each) for each in files.dashboards},
        "chart": {chart_uuid(each) for each in files.charts},
        "dataset": {dataset_uuid(each) for each in files.datasets},
    }

    session = SupersetSession(superset_url=superset_url, password=password)
    roles = access.ensure_roles(session, project_ids)
    if not ours["dataset"] <= _ids_by_uuid(session, "dataset").keys():
        # A dataset that no rule closes yet must not be visible for even a moment.
        known = _ids_by_uuid(session, "dashboard")
        standing = [known[uuid] for uuid in ours["dashboard"] & known.keys()]
        access.open_dashboards(session, dashboard_ids=standing, roles=roles, project_ids=[])
    session.import_assets(_zipped(bundle), database_password=database_password)
    pruned = sum(_prune(session, kind, kept) for kind, kept in ours.items())

    dataset_ids = sorted(_ours(session, "dataset", ours["dataset"]))
    access.ensure_row_rules(session, dataset_ids=dataset_ids, roles=roles, project_ids=project_ids)
    dashboard_ids = _ours(session, "dashboard", ours["dashboard"])
    access.open_dashboards(session, dashboard_ids=dashboard_ids, roles=roles, project_ids=project_ids)
    return Deployment(
        datasets=len(dataset_ids),
        charts=len(_ours(session, "chart", ours["chart"])),
        dashboards=len(dashboard_ids),
        projects=len(project_ids),
        pruned=pruned,
    )


def _superset_address(database_url: str) -> tuple[str, str]:
    """The reading role's URL as Superset's driver wants it with the password masked, and the password."""
    parts = urlsplit(database_url)
    login, _, host = parts.netloc.rpartition("@")
    masked = f"postgresql+psycopg2://{login.partition(':')[0]}:XXXXXXXXXX@{host}{parts.path}"
    return masked, unquote(parts.password or "")


def _zipped(bundle: Mapping[str, dict[str, Any]]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, content in bundle.items():
            zipped.writestr(f"bundle/{path}", yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
    return archive.getvalue()


def _ids_by_uuid(session: SupersetSession, kind: str) -> dict[str, int]:
    return {str(each["uuid"]): each["id"] for each in session.list_all(f"{kind}/")}


def _ours(session: SupersetSession, kind: str, uuids: set[str]) -> list[int]:
    return [object_id for uuid, object_id in _ids_by_uuid(session, kind).items() if uuid in uuids]


def _prune(session: SupersetSession, kind: str, kept: set[str]) -> int:
    """Delete what an earlier bundle brought and this one no longer holds; what people made by hand is left alone."""
    candidates = [object_id for uuid, object_id in _ids_by_uuid(session, kind).items() if uuid not in kept]
    obsolete = [each for each in candidates if session.get(f"{kind}/{each}")["result"].get("is_managed_externally")]
    for object_id in obsolete:
        session.delete(f"{kind}/{object_id}")
    return len(obsolete)
