"""Asks the governance API about somebody who signs in, and derives their Superset roles from the answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import requests

VIEWER_ROLE = "Dashboard viewer"
ADMIN_ROLE = "Admin"
SEES_EVERYTHING = frozenset({"admin"})
SEES_OWN_AND_SHARED_PROJECTS = frozenset({"power_user", "analyst", "stakeholder"})
ANSWER_WITHIN_SECONDS = 5
PROJECTS_PER_PAGE = 1000

logger = logging.getLogger(__name__)


class GovernanceUnreachableError(Exception):
    """The governance API gave no answer: nobody knows whether the person may still come in."""


@dataclass(frozen=True)
class GovernanceAccount:
    """Who signed in, as the governance API describes them."""

    login: str
    display_name: str
    roles: frozenset[str]
    project_ids: tuple[int, ...]


def project_role(project_id: int) -> str:
    """The Superset role whose row-level security opens one project (`pipelines/dashboards/access.py`)."""
    return f"Project {project_id}"


def superset_roles(account: GovernanceAccount) -> list[str]:
    """Superset's role names for an account; empty for those who see no dashboards (managers, guardians, installers)."""
    if account.roles & SEES_EVERYTHING:
        return [ADMIN_ROLE]
    if account.roles & SEES_OWN_AND_SHARED_PROJECTS:
        return [VIEWER_ROLE, *(project_role(each) for each in account.project_ids)]
    return []


def issue_token(url: str, login: str, password: str, *, service_token: str, address: str) -> str | None:
    """The governance token behind a login and password; None when they are refused or nobody answers.

    Failures are counted at the `address` of whoever signs in, which the governance API believes by the `service_token`.
    """
    headers = {"Authorization": f"Bearer {service_token}", "X-Forwarded-For": address} if service_token else {}
    try:
        answer = requests.post(
            f"{url}/tokens",
            json={"login": login, "password": password},
            headers=headers,
            timeout=ANSWER_WITHIN_SECONDS,
        )
    except requests.RequestException as error:
        logger.warning("The governance API at %s did not answer (%s); start it, or use the local account.", url, error)
        return None
    if not answer.ok:
        logger.info("The governance API refused a sign-in (%d): %s", answer.status_code, answer.text[:300])
    token: str | None = answer.json()["access_token"] if answer.ok else None
    return token


def describe_account(url: str, token: str) -> GovernanceAccount | None:
    """Who a token belongs to and what is shared with them now; None when the token is no longer good."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        answer = requests.get(f"{url}/accounts/me", headers=headers, timeout=ANSWER_WITHIN_SECONDS)
        if answer.status_code in {401, 403}:
            return None
        answer.raise_for_status()
        me = answer.json()
        roles = frozenset(me["roles"])
        project_ids = _project_ids(url, headers) if roles & SEES_OWN_AND_SHARED_PROJECTS else ()
    except requests.RequestException as error:
        raise GovernanceUnreachableError(str(error)) from error
    return GovernanceAccount(login=me["login"], display_name=me["display_name"], roles=roles, project_ids=project_ids)


def _project_ids(url: str, headers: dict[str, str]) -> tuple[int, ...]:
    found: list[int] = []
    while True:
        page = {"limit": PROJECTS_PER_PAGE, "after": found[-1] if found else 0}
        answer = requests.get(f"{url}/projects", params=page, headers=headers, timeout=ANSWER_WITHIN_SECONDS)
        answer.raise_for_status()
        listed = [each["project_id"] for each in answer.json()]
        found += listed
        if len(listed) < PROJECTS_PER_PAGE:
            return tuple(found)
