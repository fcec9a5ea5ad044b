"""Names that Superset and the repository must agree on: uuids derived from paths, and the mark of what is ours."""

from uuid import UUID, uuid5

_NAMESPACE = UUID("6f1c1c0e-0000-4000-8000-7461736b6d6e")

VIEWER_ROLE = "Dashboard viewer"


def database_uuid() -> str:
    """The connection to the marts."""
    return str(uuid5(_NAMESPACE, "databases/marts"))


def dataset_uuid(table: str) -> str:
    """The dataset of one table of schema marts."""
    return str(uuid5(_NAMESPACE, f"datasets/{table}"))


def chart_uuid(chart: str) -> str:
    """A chart by `<analysis>/<chart>`."""
    return str(uuid5(_NAMESPACE, f"charts/{chart}"))


def dashboard_uuid(analysis: str) -> str:
    """The dashboard of one analysis."""
    return str(uuid5(_NAMESPACE, f"dashboards/{analysis}"))


def project_role(project_id: int) -> str:
    """The Superset role whose row-level security opens one project (`superset/security_manager.py` hands it out)."""
    return f"Project {project_id}"
