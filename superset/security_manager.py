"""One login: Superset asks the governance API who somebody is and which projects are shared with them.

Nothing here knows dashboards or rules of rows; it only hands out role names that `pipelines/dashboards/access.py` fills.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import requests
from flask import current_app
from superset.security import SupersetSecurityManager

LOCAL_ACCOUNT = "admin"
VIEWER_ROLE = "Dashboard viewer"
SEES_EVERYTHING = frozenset({"admin"})
SEES_SHARED_PROJECTS = frozenset({"power_user", "analyst", "stakeholder"})
ANSWER_WITHIN_SECONDS = 5

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class GovernanceAccount:
    """Who signed in, as the governance API describes them."""

    login: str
    display_name: str
    roles: frozenset[str]
    project_ids: tuple[int, ...]


def project_role(project_id: int) -> str:
    """The Superset role whose row-level security opens one project."""
    return f"Project {project_id}"


def superset_roles(account: GovernanceAccount) -> list[str]:
    """Superset's role names for an account; empty for those who see no dashboards (managers, guardians, installers)."""
    if account.roles & SEES_EVERYTHING:
        return ["Admin"]
    if account.roles & SEES_SHARED_PROJECTS:
        return [VIEWER_ROLE, *(project_role(each) for each in account.project_ids)]
    return []


def ask_governance(url: str, login: str, password: str) -> GovernanceAccount | None:
    """The account behind a login and password; None when the governance API refuses or cannot be reached."""
    try:
        with requests.Session() as session:
            issued = session.post(
                f"{url}/tokens", json={"login": login, "password": password}, timeout=ANSWER_WITHIN_SECONDS
            )
            if not issued.ok:
                return None
            session.headers["Authorization"] = f"Bearer {issued.json()['access_token']}"
            return _describe(session, url)
    except requests.RequestException as error:
        logger.warning("The governance API at %s did not answer (%s); start it, or use the local account.", url, error)
        return None


def _describe(session: requests.Session, url: str) -> GovernanceAccount:
    account = session.get(f"{url}/accounts/me", timeout=ANSWER_WITHIN_SECONDS)
    account.raise_for_status()
    me = account.json()
    roles = frozenset(me["roles"])
    project_ids: tuple[int, ...] = ()
    if roles & SEES_SHARED_PROJECTS:
        projects = session.get(f"{url}/projects", timeout=ANSWER_WITHIN_SECONDS)
        projects.raise_for_status()
        project_ids = tuple(sorted(each["project_id"] for each in projects.json()))
    session.delete(f"{url}/tokens/current", timeout=ANSWER_WITHIN_SECONDS)
    return GovernanceAccount(
        login=me["login"], display_name=me["display_name"] or me["login"], roles=roles, project_ids=project_ids
    )


class GovernanceSecurityManager(SupersetSecurityManager):
    """Superset's security manager with the governance API as its memory of people."""

    def auth_user_db(self, username: str, password: str) -> Any:
        """The signed-in user, or None. Only `admin` may use a password that Superset itself keeps."""
        if username == LOCAL_ACCOUNT and (user := super().auth_user_db(username, password)):
            return user
        url = current_app.config["GOVERNANCE_API_URL"].rstrip("/")
        account = ask_governance(url, username, password) if url and username and password else None
        role_names = superset_roles(account) if account else []
        if not account or not role_names:
            return None
        if account.login == LOCAL_ACCOUNT:
            return self._signed_in(self.find_user(LOCAL_ACCOUNT)) if role_names == ["Admin"] else None
        return self._signed_in(self._up_to_date(account, role_names))

    def _up_to_date(self, account: GovernanceAccount, role_names: list[str]) -> Any:
        """Superset's user for the account, created at the first login, with exactly these roles."""
        roles = [self.add_role(name) for name in role_names]
        user = self.find_user(username=account.login)
        if user is None:
            return self.add_user(
                username=account.login,
                first_name=account.display_name,
                last_name="",
                email=f"{account.login}@task-mining.invalid",
                role=roles,
            )
        user.first_name, user.roles = account.display_name, roles
        self.update_user(user)
        return user

    def _signed_in(self, user: Any) -> Any:
        if not user or not user.is_active:
            return None
        self.update_user_auth_stat(user, success=True)
        return user
