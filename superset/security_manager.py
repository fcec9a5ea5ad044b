"""One login: Superset's users are the accounts of the governance API, with the roles they have at this moment.

Who asks is found before each request (`session_checks`). What a role may see is filled in by the deployment
(`pipelines/dashboards/access.py`); whose rows are read is decided in PostgreSQL (`viewers`), what may be asked of a
chart in `altered_queries`.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from altered_queries import Permitted, alterations, permitted_by_chart, permitted_by_filter
from flask import current_app, g, request
from flask_login import current_user
from governance_login import ADMIN_ROLE, SEES_EVERYTHING, GovernanceAccount, superset_roles
from session_checks import begin_local_session
from sqlalchemy.exc import SQLAlchemyError
from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
from superset.exceptions import SupersetSecurityException
from superset.security import SupersetSecurityManager
from viewers import Viewers

LOCAL_ACCOUNT = "admin"
MOST_OPENED = 10_000

logger = logging.getLogger(__name__)


class GovernanceSecurityManager(SupersetSecurityManager):  # type: ignore[misc] # typed in its own environment
    """Superset's security manager with the governance API as its memory of people."""

    def __init__(self, appbuilder: Any) -> None:
        super().__init__(appbuilder)
        self._opened: set[int] = set()

    def auth_user_db(self, username: str, password: str) -> Any:
        """The signed-in user, or None. Only the local account has a password here; everybody else shows a session."""
        local = super().auth_user_db(username, password) if username == LOCAL_ACCOUNT else None
        if local is not None:
            begin_local_session()
            _open_viewer(username)
        else:
            logger.warning("A sign-in by password from %s was refused.", request.remote_addr)
        return local

    def load_user_jwt(self, header: Any, claims: Any) -> Any:
        """Superset's own tokens outlive sessions of the governance API: only the local account has any."""
        user = self.load_user(claims["sub"])
        return super().load_user_jwt(header, claims) if user and user.username == LOCAL_ACCOUNT else None

    def request_loader(self, request: Any) -> Any:
        """Flask's question who it is, where Superset's own session names nobody."""
        return g.get("governance_user") or super().request_loader(request)

    def raise_for_access(self, *arguments: Any, **objects: Any) -> None:
        """Superset's own check, after ours: a viewer asks what the charts of a dashboard ask, and nothing else."""
        query_context = objects.get("query_context")
        if not self.is_admin():
            refused = ["an old kind of chart"] if objects.get("viz") is not None else []
            if query_context is not None:
                refused = sorted(set(alterations_of(query_context)))
            if refused:
                raise SupersetSecurityException(
                    SupersetError(
                        message=f"This asks for more than the dashboard shows ({', '.join(refused)}): look at the "
                        "dashboard, or ask an analyst.",
                        error_type=SupersetErrorType.DASHBOARD_SECURITY_ACCESS_ERROR,
                        level=ErrorLevel.WARNING,
                    )
                )
        super().raise_for_access(*arguments, **objects)

    def get_rls_cache_key(self, datasource: Any) -> list[str]:
        """Part of the key of every cached answer: what a share opened stays in no cache once it is taken back."""
        login = getattr(current_user, "username", "")
        projects: object = "all" if self.is_admin() else _projects_of(login) if login else []
        return [*super().get_rls_cache_key(datasource), f"projects {projects}"]

    def user_of(self, account: GovernanceAccount) -> Any:
        """Superset's user of an account with exactly the roles it has now; None when it may not see dashboards."""
        if not account.sees_dashboards:
            return None
        if account.session_id not in self._opened and _open_viewer(account.login):
            self._opened = {account.session_id, *(self._opened if len(self._opened) < MOST_OPENED else ())}
        is_admin = account.roles & SEES_EVERYTHING
        role_names = superset_roles(account, [] if is_admin else _projects_of(account.login))
        user = self.find_user(username=account.login)
        if account.login == LOCAL_ACCOUNT:
            return user if role_names == [ADMIN_ROLE] else None
        if user is None:
            made = self.add_user(
                username=account.login,
                first_name=account.display_name,
                last_name="",
                email=f"{account.login}@task-mining.invalid",
                role=self._roles_named(role_names),
            )
            # Not made where another request of the same page was faster.
            return made or self.find_user(username=account.login)
        if (user.first_name, {role.name for role in user.roles}) != (account.display_name, set(role_names)):
            user.first_name, user.roles = account.display_name, self._roles_named(role_names)
            self.update_user(user)
        return user if user.is_active else None

    def _roles_named(self, names: list[str]) -> list[Any]:
        return [self.add_role(name) or self.find_role(name) for name in names]


def alterations_of(query_context: Any) -> list[str]:
    """What a question to a chart or a filter of a dashboard asks beyond it; such a question names one of the two."""
    permitted = _permitted(query_context)
    return list(alterations(query_context, permitted)) if permitted else ["something that is no chart of a dashboard"]


def _permitted(query_context: Any) -> Permitted | None:
    from superset.extensions import db  # noqa: PLC0415 - made with the application
    from superset.models.dashboard import Dashboard  # noqa: PLC0415
    from superset.models.slice import Slice  # noqa: PLC0415

    form_data, dataset = query_context.form_data or {}, query_context.datasource
    columns = frozenset(str(each.column_name) for each in dataset.columns if each.filterable)
    dashboard = db.session.get(Dashboard, form_data.get("dashboardId") or 0)
    if dashboard is None or form_data.get("parent_slice_id") is not None:
        return None
    if form_data.get("type") == "NATIVE_FILTER":
        for each in json.loads(dashboard.json_metadata or "{}").get("native_filter_configuration", []):
            for target in each.get("targets", []):
                if each.get("id") == form_data.get("native_filter_id") and target.get("datasetId") == dataset.id:
                    return permitted_by_filter(target["column"]["name"], columns=columns)
        return None
    chart = db.session.get(Slice, form_data.get("slice_id") or 0)
    if chart is None or chart not in dashboard.slices or chart.datasource != dataset:
        return None
    return permitted_by_chart(chart.params_dict, columns=columns)


def viewers() -> Viewers:
    """Who makes the roles that accounts read the marts with."""
    made: Viewers = current_app.config["VIEWERS"]
    return made


def _projects_of(login: str) -> list[int]:
    """Which projects the account sees, asked once for each request."""
    known: dict[str, list[int]] = g.setdefault("projects_of", {})
    if login not in known:
        known[login] = viewers().projects_of(login)
    return known[login]


def _open_viewer(login: str) -> bool:
    try:
        viewers().open(login)
    except SQLAlchemyError as error:
        logger.warning("The dashboards stay empty for %s, who got no role of the database (%s).", login, error)
        return False
    return True
