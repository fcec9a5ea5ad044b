"""Which roles may use which endpoint: every route of the service, compared with one declared table."""

import re

import pytest
from fastapi import FastAPI

from governance_api.security.roles import Role
from tests.governance_api.world import World, sentence

ADMIN = {"admin"}
POWER = {"admin", "power_user"}
ANALYSTS = {"admin", "power_user", "analyst"}
EVERYBODY = {role.value for role in Role}
NOBODY: set[str] = set()
AGENT = "agent"
ANYBODY = "anybody"

#: method and path → the roles that pass, or "agent" for agent tokens, or "anybody" for no token at all.
ENDPOINTS: dict[str, set[str] | str] = {
    "POST /tokens": ANYBODY,
    "DELETE /tokens/current": EVERYBODY,
    "GET /sessions": EVERYBODY,
    "GET /sessions/current": EVERYBODY,
    "POST /sessions/end": {"superset"},
    "DELETE /sessions/others": EVERYBODY,
    "DELETE /sessions/{access_token_id}": EVERYBODY,
    "PUT /accounts/me/password": EVERYBODY,
    "POST /accounts": ADMIN,
    "GET /accounts": ADMIN,
    "GET /accounts/me": EVERYBODY,
    "PATCH /accounts/{account_id}": ADMIN,
    "PUT /accounts/{account_id}/roles": ADMIN,
    "GET /roles": EVERYBODY,
    "POST /workstation-users": ADMIN,
    "GET /workstation-users": ANALYSTS,
    "POST /workstation-users/import": ADMIN,
    "PATCH /workstation-users/{workstation_user_id}": ADMIN,
    "POST /projects": ANALYSTS,
    "GET /projects": ANALYSTS | {"stakeholder", "pipelines"},
    "GET /projects/{project_id}": ANALYSTS | {"pipelines"},
    "PATCH /projects/{project_id}": ANALYSTS,
    "DELETE /projects/{project_id}": ANALYSTS,
    "POST /projects/{project_id}/open": ANALYSTS,
    "POST /projects/{project_id}/close": ANALYSTS,
    "POST /projects/{project_id}/archive": ANALYSTS,
    "POST /projects/{project_id}/reopen": ANALYSTS,
    "GET /projects/{project_id}/workstation-users": ANALYSTS | {"pipelines"},
    "POST /projects/{project_id}/task-scopes": ANALYSTS,
    "GET /projects/{project_id}/task-scopes": ANALYSTS | {"pipelines"},
    "DELETE /projects/{project_id}/task-scopes/{task_scope_id}": ANALYSTS,
    "POST /projects/{project_id}/shares": ANALYSTS,
    "GET /projects/{project_id}/shares": ANALYSTS | {"pipelines"},
    "DELETE /projects/{project_id}/shares/{account_id}": ANALYSTS,
    "POST /projects/{project_id}/exports": ANALYSTS,
    "POST /projects/{project_id}/mining-jobs": ANALYSTS,
    "POST /projects/{project_id}/mining-jobs/of-runs": {"pipelines"},
    "GET /projects/{project_id}/mining-jobs": ANALYSTS | {"pipelines"},
    "GET /mining-jobs/{mining_job_id}": ANALYSTS | {"pipelines"},
    "POST /mining-jobs/{mining_job_id}/start": {"pipelines"},
    "POST /mining-jobs/{mining_job_id}/progress": {"pipelines"},
    "POST /mining-jobs/{mining_job_id}/finish": {"pipelines"},
    "POST /mining-jobs/{mining_job_id}/fail": {"pipelines"},
    "POST /run-actions": {"dagster"},
    "POST /data-requests": ANALYSTS,
    "GET /data-requests": ANALYSTS | {"guardian"},
    "GET /data-requests/{data_request_id}": ANALYSTS | {"guardian"},
    "GET /approvals": {"manager"},
    "POST /approvals/{approval_id}/approve": {"manager"},
    "POST /approvals/{approval_id}/reject": {"manager"},
    "POST /approvals/{approval_id}/withdraw": {"manager"},
    "POST /agent-registration-keys": ADMIN | {"agent_installer"},
    "GET /agent-registration-keys": ADMIN | {"agent_installer"},
    "DELETE /agent-registration-keys/{agent_registration_key_id}": ADMIN | {"agent_installer"},
    "POST /agents/enrol": ANYBODY,
    "POST /agents/for-recordings": ADMIN | {"agent_installer"},
    "POST /agents/{agent_id}/confirm": ADMIN | {"agent_installer"},
    "POST /agents/{agent_id}/refuse": ADMIN | {"agent_installer"},
    "POST /workstation-accounts": ADMIN | {"agent_installer"},
    "GET /workstation-accounts": ADMIN | {"agent_installer"},
    "DELETE /workstation-accounts/{workstation_account_id}": ADMIN | {"agent_installer"},
    "GET /agents": ADMIN | {"agent_installer"},
    "POST /agents/{agent_id}/uninstall": ADMIN | {"agent_installer"},
    "GET /agent/policy": AGENT,
    "POST /agent/health": AGENT,
    "POST /agent/uninstall": AGENT,
    "POST /agent/enrolments/{agent_id}/confirm": AGENT,
    "POST /agent/enrolments/{agent_id}/refuse": AGENT,
    "POST /agent/consents": AGENT,
    "POST /agent/losses": AGENT,
    "POST /agent/event-batches": AGENT,
    "POST /losses": {"pipelines"},
    "GET /losses": POWER | {"guardian", "pipelines"},
    "POST /event-filters": POWER,
    "GET /event-filters": ANALYSTS | {"guardian", "pipelines"},
    "PATCH /event-filters/{event_filter_id}": POWER,
    "POST /rule-sets": POWER,
    "GET /rule-sets": ANALYSTS | {"guardian", "pipelines"},
    "POST /rule-sets/preview": POWER,
    "GET /rule-sets/{rule_set_version}": ANALYSTS | {"guardian", "pipelines"},
    "POST /purges": {"pipelines"},
    "POST /dashboard-looks": {"superset"},
    "GET /dashboard-looks": {"superset"},
    "GET /purges": ADMIN | {"guardian", "pipelines"},
    "GET /configuration": ANALYSTS | {"guardian", "pipelines"},
    "GET /configuration/{group}/{name}": ANALYSTS | {"guardian", "pipelines"},
    "PUT /configuration/{group}/{name}": POWER,
    "GET /audit-entries": ADMIN | {"guardian"},
    "GET /audit-entries/anchors": ADMIN | {"guardian"},
    "GET /audit-entries/verification": ADMIN | {"guardian"},
    "POST /audit-entries/verification": ADMIN | {"guardian"},
    "GET /health": ANYBODY,
}
GUARDED = [endpoint for endpoint, roles in ENDPOINTS.items() if roles != ANYBODY]


def routes_of(app: FastAPI) -> set[str]:
    document = app.openapi()
    return {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}


def status_of(world: World, endpoint: str, headers: dict[str, str] | None = None) -> int:
    """The status of an empty request: 401 and 403 come before anything is read from the body."""
    method, path = endpoint.split(" ")
    concrete = re.sub(r"\{\w+\}", "999999", path)
    return world.client.request(method, concrete, headers=headers or {}).status_code


def test_every_route_is_in_the_table_and_nothing_else(app: FastAPI) -> None:
    assert routes_of(app) == set(ENDPOINTS)


@pytest.mark.parametrize("endpoint", GUARDED)
def test_anonymous_is_told_to_sign_in(world: World, endpoint: str) -> None:
    assert status_of(world, endpoint) == 401
    assert status_of(world, endpoint, {"Authorization": "Bearer nonsense"}) == 401


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_each_role_passes_its_own_endpoints_only(world: World, role: str) -> None:
    headers = world.signed_in(f"one-{role}", role)
    for endpoint, allowed in ENDPOINTS.items():
        if isinstance(allowed, set) and endpoint != "DELETE /tokens/current":
            status = status_of(world, endpoint, headers)
            assert (status == 403) is (role not in allowed), (endpoint, status)


@pytest.mark.parametrize("endpoint", [endpoint for endpoint, allowed in ENDPOINTS.items() if allowed == AGENT])
def test_no_account_passes_for_an_agent(world: World, endpoint: str) -> None:
    assert status_of(world, endpoint, world.admin) == 401


def test_an_agent_passes_for_no_account(world: World) -> None:
    world.person("wanda")
    agent = world.agent("wanda")
    for endpoint in GUARDED:
        if ENDPOINTS[endpoint] != AGENT:
            assert status_of(world, endpoint, agent) == 401, endpoint


def test_what_is_missing_is_said(world: World) -> None:
    assert "Authorization: Bearer" in sentence(world.client.get("/accounts"), 401)
    told = sentence(world.client.get("/accounts", headers=world.analyst()), 403)
    assert told == "This needs the role admin: ask an admin to assign it to you."
