"""Grants access in Superset: a viewer role without any dataset, a role per project, and row rules that fail closed.

Every dataset carries one *Base* rule, `1 = 0`, which binds everybody except administrators and the project roles: a
new dataset, role or person sees no row until a project is opened to them. A project role is exempt from it and bound by
its own rule, `project_id = N`; several projects of one person add up, because their rules share a group key. Accounts
get their roles at login, in `superset/security_manager.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pipelines.dashboards.bundle.identities import VIEWER_ROLE, project_role
from pipelines.dashboards.errors import SupersetError
from pipelines.dashboards.superset_session import SupersetSession

ADMIN_ROLE = "Admin"
CLOSED_RULE = "No row without a project"
PROJECT_RULE_PREFIX = "Rows of project "
GROUP_KEY = "project"

# What it takes to look at a dashboard and move its filters; no dataset, no export, no exploring, no SQL.
VIEWER_PERMISSIONS = frozenset(
    {
        ("can_dashboard", "Superset"),
        ("can_log", "Superset"),
        ("can_read", "AdvancedDataType"),
        ("can_read", "AvailableDomains"),
        ("can_read", "Chart"),
        ("can_read", "CurrentUserRestApi"),
        ("can_read", "Dashboard"),
        ("can_read", "DashboardFilterStateRestApi"),
        ("can_read", "DashboardPermalinkRestApi"),
        ("can_read", "Dataset"),
        ("can_read", "SecurityRestApi"),
        ("can_read", "Theme"),
        ("can_recent_activity", "Log"),
        ("can_time_range", "Api"),
        ("can_userinfo", "UserDBModelView"),
        ("can_view_chart_as_table", "Dashboard"),
        ("can_write", "DashboardFilterStateRestApi"),
        ("can_write", "DashboardPermalinkRestApi"),
        ("menu_access", "Dashboards"),
        ("menu_access", "Home"),
    }
)


def ensure_roles(session: SupersetSession, project_ids: Iterable[int]) -> dict[str, int]:
    """Make the viewer role and a role per project exist; the ids of all roles by name."""
    roles = {role["name"]: role["id"] for role in session.list_all("security/roles/")}
    for name in [VIEWER_ROLE, *map(project_role, project_ids)]:
        if name not in roles:
            roles[name] = session.post("security/roles/", {"name": name})["id"]
    permissions = {
        (each["permission"]["name"], each["view_menu"]["name"]): each["id"]
        for each in session.list_all("security/permissions-resources/")
    }
    missing = VIEWER_PERMISSIONS - permissions.keys()
    if missing:
        raise SupersetError(
            f"This Superset does not know the permissions {sorted(missing)}; run superset/bootstrap.py, "
            f"or install the release of superset/requirements.lock."
        )
    granted = sorted(permissions[each] for each in VIEWER_PERMISSIONS)
    session.post(f"security/roles/{roles[VIEWER_ROLE]}/permissions", {"permission_view_menu_ids": granted})
    return roles


def ensure_row_rules(
    session: SupersetSession, *, dataset_ids: Sequence[int], roles: dict[str, int], project_ids: Sequence[int]
) -> None:
    """Close every dataset, open each project to its role, and remove the rules of projects that are gone."""
    wanted = [_closed_rule(dataset_ids, [roles[ADMIN_ROLE], *(roles[project_role(each)] for each in project_ids)])]
    wanted += [_project_rule(dataset_ids, each, roles[project_role(each)]) for each in project_ids]
    known = {rule["name"]: rule["id"] for rule in session.list_all("rowlevelsecurity/")}
    for rule in wanted:
        if rule["name"] in known:
            session.put(f"rowlevelsecurity/{known[rule['name']]}", rule)
        else:
            session.post("rowlevelsecurity/", rule)
    kept = {rule["name"] for rule in wanted}
    for name, rule_id in known.items():
        if name.startswith(PROJECT_RULE_PREFIX) and name not in kept:
            session.delete(f"rowlevelsecurity/{rule_id}")


def open_dashboard(
    session: SupersetSession, dashboard_id: int, *, roles: dict[str, int], project_ids: Iterable[int]
) -> None:
    """Let administrators and the roles of these projects open a dashboard, and nobody else."""
    admitted = sorted([roles[ADMIN_ROLE], *(roles[project_role(each)] for each in project_ids)])
    session.put(f"dashboard/{dashboard_id}", {"roles": admitted})


def _closed_rule(dataset_ids: Sequence[int], exempt_role_ids: Sequence[int]) -> dict[str, Any]:
    return {
        "name": CLOSED_RULE,
        "description": "Binds everybody but the roles named here.",
        "filter_type": "Base",
        "tables": list(dataset_ids),
        "roles": list(exempt_role_ids),
        "group_key": "",
        "clause": "1 = 0",
    }


def _project_rule(dataset_ids: Sequence[int], project_id: int, role_id: int) -> dict[str, Any]:
    return {
        "name": f"{PROJECT_RULE_PREFIX}{project_id}",
        "description": "What the role of one project may read.",
        "filter_type": "Regular",
        "tables": list(dataset_ids),
        "roles": [role_id],
        "group_key": GROUP_KEY,
        "clause": f"project_id = {project_id}",
    }
