"""One login: Superset's users and their roles follow the governance API, at sign-in and every few minutes after it.

What a role may see is filled in by the deployment (`pipelines/dashboards/access.py`).
"""

from __future__ import annotations

import logging
import time
from typing import Any

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
from superset.security import SupersetSecurityManager

LOCAL_ACCOUNT = "admin"
ASK_AGAIN_AFTER_SECONDS = 120
TOKEN, ASKED_AT = "governance_token", "governance_asked_at"

logger = logging.getLogger(__name__)


class GovernanceSecurityManager(SupersetSecurityManager):  # type: ignore[misc] # typed in its own environment
    """Superset's security manager with the governance API as its memory of people."""

    def auth_user_db(self, username: str, password: str) -> Any:
        """The signed-in user, or None. Only `admin` may use a password that Superset itself keeps."""
        if username == LOCAL_ACCOUNT and (local := super().auth_user_db(username, password)):
            _begin_session()
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
        return user

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


def governance_url() -> str:
    """Where the governance API answers; empty when only the local account may sign in."""
    url: str = current_app.config["GOVERNANCE_API_URL"]
    return url.rstrip("/")


def follow_governance(app: Flask) -> None:
    """Let a share that is taken back, or an account that is closed, take effect within minutes."""
    app.before_request(_ask_again)


def _begin_session() -> None:
    """A key that was known before the sign-in must not open the session after it."""
    session.pop(TOKEN, None)
    current_app.session_interface.regenerate(session)


def _ask_again() -> None:
    token = session.get(TOKEN) if request.endpoint != "static" else None
    if not token or time.time() - session.get(ASKED_AT, 0) < ASK_AGAIN_AFTER_SECONDS:
        return
    if not current_user.is_authenticated:
        return
    session[ASKED_AT] = time.time()
    try:
        account = describe_account(governance_url(), token)
    except GovernanceUnreachableError as error:
        logger.warning("The governance API did not answer (%s); roles stay as they were until it does.", error)
        return
    if account is None or current_app.appbuilder.sm.user_of(account) is None:
        session.pop(TOKEN)
        logout_user()
