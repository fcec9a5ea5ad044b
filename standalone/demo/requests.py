"""Prepares the demonstration's collection through the API: rule set, project, data request, shares, approvals.

Consent is given later by those observed: by the simulated agents, and in `recordings` for the recorded person.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from simulator.office.rules import rule_set
from simulator.office.work_items import task_scopes
from standalone.demo.people import ANALYST, MANAGERS, POWER_USER, STAKEHOLDER, signed_in
from standalone.settings import Settings

FORM_SITES = (("Jotform", "jotform.com"), ("Zoho Forms", "forms.zoho.com"))


@dataclass(frozen=True, kw_only=True)
class DemoProject:
    """A project of the demonstration and whom it asks about."""

    name: str
    description: str
    purpose: str
    starts_on: date
    ends_on: date
    logins: tuple[str, ...]
    has_task_scopes: bool


def write_rules(settings: Settings) -> None:
    with signed_in(settings, POWER_USER) as power_user:
        power_user.post("/rule-sets", demo_rule_set())


def demo_rule_set() -> dict[str, Any]:
    """One rule set, the body of POST /rule-sets, for the simulated office and the web forms of the recordings."""
    office: dict[str, Any] = rule_set(first_rank=100)
    return office | {"rules": [*_form_rules(), *office["rules"]]}


@dataclass(frozen=True, kw_only=True)
class StartedProject:
    """A project whose people may be observed as soon as they consent; approvals by login."""

    project_id: int
    approval_ids: dict[str, int]


def start_project(settings: Settings, project: DemoProject) -> StartedProject:
    """Creates the project, shares it, asks everybody's manager and lets them approve."""
    with signed_in(settings, ANALYST) as analyst:
        project_id = int(analyst.post("/projects", _body(project))["project_id"])
        analyst.post(f"/projects/{project_id}/shares", {"login": STAKEHOLDER.login, "permission": "view"})
        analyst.post(f"/projects/{project_id}/open")
        request = analyst.post(
            "/data-requests", {"name": project.name, "purpose": project.purpose, "project_id": project_id}
        )
    for manager in MANAGERS:
        with signed_in(settings, manager) as approver:
            for approval in approver.list("/approvals", key="approval_id", decision="pending"):
                approver.post(f"/approvals/{approval['approval_id']}/approve")
    approval_ids = {each["workstation_user_login"]: each["approval_id"] for each in request["approvals"]}
    return StartedProject(project_id=project_id, approval_ids=approval_ids)


def add_task_scopes(settings: Settings, project_id: int) -> None:
    """Those of the simulated work; the audit trail that they name must be there already."""
    with signed_in(settings, ANALYST) as analyst:
        for scope in task_scopes():
            analyst.post(f"/projects/{project_id}/task-scopes", scope)


def _body(project: DemoProject) -> dict[str, object]:
    return {
        "name": project.name,
        "description": project.description,
        "starts_on": project.starts_on.isoformat(),
        "ends_on": project.ends_on.isoformat(),
        "goals": ["overall_activity", "task_activity"] if project.has_task_scopes else ["overall_activity"],
        "collection_cadence": "continuous",
        "visibility": "individual",
        "anonymization_level": "anonymized_code",
        "workstation_user_logins": list(project.logins),
    }


def _form_rules() -> list[dict[str, object]]:
    """The recordings' form sites and their spreadsheet."""
    forms = [
        (name, {"field": "url", "operator": "contains", "value": site}, "Form filling", name)
        for name, site in FORM_SITES
    ]
    spreadsheet = {"field": "application", "operator": "is", "value": "Excel"}
    rules = [*forms, ("Recorded spreadsheet", spreadsheet, "Office documents", "Microsoft Excel")]
    return [
        {
            "rank": 10 * number,
            "name": name,
            "condition": condition,
            "activity_kind": "productive",
            "category": category,
            "application": application,
            "window_name": None,
        }
        for number, (name, condition, category, application) in enumerate(rules, start=1)
    ]
