"""One login: Superset's users and their roles follow the governance API, at sign-in, as soon as a share comes or goes,
and every few minutes besides.

What a role may see is filled in by the deployment (`pipelines/dashboards/access.py`); whose rows are read is decided in
PostgreSQL (`viewers`), what may be asked of a chart in `altered_queries`.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from altered_queries import Permitted, alterations, permitted_by_chart, permitted_by_filter
from flask import Flask, current_app, request, session
from flask_login import current_user, logout_user
from governance_login import (
    ADMIN_ROLE,
    GovernanceAccount,
    GovernanceUnreachableError,
    describe_account,
    issue_token,
    superset_roles,
)
from sqlalchemy.exc import SQLAlchemyError
from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
from superset.exceptions import SupersetSecurityException
from superset.security import SupersetSecurityManager
from viewers import Viewers

LOCAL_ACCOUNT = "admin"
ASK_AGAIN_AFTER_SECONDS = 120
TOKEN, ASKED_AT, PROJECTS = "governance_token", "governance_asked_at", "projects"

logger = logging.getLogger(__name__)


class GovernanceSecurityManager(SupersetSecurityManager):  # type: ignore[misc] # typed in its own environment
    """Superset's security manager with the governance API as its memory of people."""

    def auth_user_db(self, username: str, password: str) -> Any:
        """The signed-in user, or None. Only `admin` may use a password that Superset itself keeps."""
        if username == LOCAL_ACCOUNT and (local := super().auth_user_db(username, password)):
            _begin_session()
            _open_viewer(username)
            return local
        url = governance_url()
        if not (url and username and password):
            return None
        service_token, address = current_app.config["GOVERNANCE_TOKEN"], request.remote_addr or ""
        token = issue_token(url, username, password, service_token=service_token, address=address)
        if token is None:
            return None
        try:
            account = describe_account(url, token)
        except GovernanceUnreachableError as error:
            logger.warning("The governance API at %s broke off (%s); sign in again when it answers.", url, error)
            return None
        user = self.user_of(account) if account else None
        if user:
            self.update_user_auth_stat(user, success=True)
            _begin_session()
            session[TOKEN], session[ASKED_AT] = token, time.time()
            _open_viewer(user.username)
            session[PROJECTS] = viewers().projects_of(user.username)
        return user

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
        projects = viewers().projects_of(login) if login else []
        return [*super().get_rls_cache_key(datasource), f"projects {projects}"]

    def user_of(self, account: GovernanceAccount) -> Any:
        """Superset's user of an account with exactly the roles it has now; None when it may not see dashboards."""
        role_names = superset_roles(account)
        user = self.find_user(username=account.login)
        if account.login == LOCAL_ACCOUNT:
            return user if role_names == [ADMIN_ROLE] else None
        roles = [self.add_role(name) for name in role_names]
        if user is None and roles:
            return self.add_user(
                username=account.login,
                first_name=account.display_name,
                last_name="",
                email=f"{account.login}@task-mining.invalid",
                role=roles,
            )
        if user is not None and (user.first_name, set(user.roles)) != (account.display_name, set(roles)):
            user.first_name, user.roles = account.display_name, roles
            self.update_user(user)
        return user if roles and user.is_active else None


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


def governance_url() -> str:
    """Where the governance API answers; empty when only the local account may sign in."""
    url: str = current_app.config["GOVERNANCE_API_URL"]
    return url.rstrip("/")


def viewers() -> Viewers:
    """Who makes the roles that accounts read the marts with."""
    made: Viewers = current_app.config["VIEWERS"]
    return made


def follow_governance(app: Flask) -> None:
    """Let a share that is taken back, or an account that is closed, take effect within minutes."""
    app.before_request(_ask_again)


def _begin_session() -> None:
    """A key that was known before the sign-in must not open the session after it."""
    session.pop(TOKEN, None)
    current_app.session_interface.regenerate(session)


def _open_viewer(login: str) -> None:
    try:
        viewers().open(login)
    except SQLAlchemyError as error:
        logger.warning("The dashboards stay empty for %s, who got no role of the database (%s).", login, error)


def _ask_again() -> None:
    token = session.get(TOKEN) if request.endpoint != "static" else None
    if not token or not current_user.is_authenticated:
        return
    projects = viewers().projects_of(current_user.username)
    is_recent = time.time() - session.get(ASKED_AT, 0) < ASK_AGAIN_AFTER_SECONDS
    if is_recent and projects == session.get(PROJECTS):
        return
    session[ASKED_AT], session[PROJECTS] = time.time(), projects
    try:
        account = describe_account(governance_url(), token)
    except GovernanceUnreachableError as error:
        logger.warning("The governance API did not answer (%s); roles stay as they were until it does.", error)
        return
    if account is None or current_app.appbuilder.sm.user_of(account) is None:
        session.pop(TOKEN)
        logout_user()
