"""The ten steps from configuration to a shared result, each one call or a few of the governance API.

How to run it stands in examples/README.md. Any HTTP client can do the same: the API describes itself at /docs.
"""

import json
import secrets
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

RUN = secrets.token_hex(3)  # names of this run, so that the example can be run again
PASSWORD = secrets.token_urlsafe(24)
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
ABOUT = {
    "mail": {"application": "outlook.exe", "window_title": "Inbox - Outlook"},
    "order": {"application": "chrome.exe", "window_title": "Order 4711", "url": "https://orders.example/4711"},
    "task": {"task_name": "Handle order", "case_id": "4711"},
}
SEEN = """\
0 session_started mail
0 window_focused mail
4 typed mail
5 task_started task
5 window_focused order
9 typed order
12 task_stopped task
12 window_focused mail
16 session_ended mail"""


class Account:
    """Somebody signed in to the governance API, or an agent with its token."""

    def __init__(self, url: str, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = httpx.Client(base_url=url, timeout=60, headers=headers)

    def sign_in(self, login: str, password: str) -> "Account":
        token = self.call("POST", "/tokens", {"login": login, "password": password})["access_token"]
        return Account(str(self.client.base_url), token)

    def call(self, method: str, path: str, body: object = None, **request: Any) -> Any:
        answer = self.client.request(method, path, json=body, **request)
        if answer.is_error:
            sys.exit(f"{method} {path}: {answer.json()['detail']}")
        return answer.json() if answer.content else None


def main(url: str, admin_password: str) -> None:
    anybody = Account(url)
    admin = anybody.sign_in("admin", admin_password)

    def new_account(name: str, role: str) -> tuple[str, Account]:
        login = f"{name}-{RUN}"
        body = {"login": login, "display_name": name.title(), "password": PASSWORD, "roles": [role]}
        admin.call("POST", "/accounts", body)
        return login, anybody.sign_in(login, PASSWORD)

    print("1. Configure: who governs, who works, and when a person counts as idle")
    manager_login, manager = new_account("mara", "manager")
    _, analyst = new_account("ari", "analyst")
    _, power_user = new_account("pia", "power_user")
    stakeholder_login, stakeholder = new_account("sol", "stakeholder")
    login = f"jo-{RUN}"
    person = {"login": login, "display_name": "Jo", "time_zone": "Etc/UTC", "manager_login": manager_login}
    admin.call("POST", "/workstation-users", person)
    admin.call("PUT", "/configuration/agent/idle_threshold_seconds", {"value": 180})

    print("2. Project: the analyst says what it is about and whom it observes")
    day = YESTERDAY.date().isoformat()
    about = {"name": f"Orders {RUN}", "starts_on": day, "ends_on": day, "workstation_user_logins": [login]}
    project = analyst.call("POST", "/projects", about | {"goals": ["overall_activity", "task_activity"]})
    here = f"/projects/{project['project_id']}"
    analyst.call("POST", f"{here}/open")

    print("3. Data request: the analyst asks to collect, and says why")
    request = {"name": f"Orders {RUN}", "purpose": "Find work that can be easier", "project_id": project["project_id"]}
    approval = analyst.call("POST", "/data-requests", request)["approvals"][0]

    print("4. Approval: the person's manager decides")
    manager.call("POST", f"/approvals/{approval['approval_id']}/approve")

    print("5. Agent: it enrols, the person consents, it delivers what it saw (here: an agent that this script plays)")
    wanted = {"name": f"Example {RUN}", "workstation_user_logins": [login]}
    key = admin.call("POST", "/agent-registration-keys", wanted)["registration_key"]
    enrolment = {"registration_key": key, "account": {"login": login}, "host": "example-pc", "agent_version": "example"}
    agent = Account(url, anybody.call("POST", "/agents/enrol", enrolment)["agent_token"])
    agent.call("POST", "/agent/consents", {"approval_id": approval["approval_id"], "answer": "accepted"})
    batch = "\n".join(json.dumps(line) for line in event_batch(login))
    ndjson = {"Content-Type": "application/x-ndjson"}
    receipt = agent.call("POST", "/agent/event-batches", content=batch, headers=ndjson)
    print(f"   {receipt['sent']} raw events sent, {receipt['accepted']} accepted, refused: {receipt['refused']}")
    print("6. Task scope and aggregation: what counts as the task; how many days dashboards show at first")
    scope = {"name": "Handle order", "kind": "user_initiated", "instructions": "Start and stop it with the order."}
    analyst.call("POST", f"{here}/task-scopes", scope)
    admin.call("PUT", "/configuration/system/aggregation_days", {"value": 7})
    print("7. Mining job: requested by the analyst, done by Dagster")
    mine(analyst, here)

    print("8. Categorize: a power user adds a rule to those there are; the first that holds, by rank, decides")
    categorize(power_user)
    print("9. Mine again: the same events, read by the new rules")
    mine(analyst, here)

    print("10. Share: the stakeholder may see this project's dashboards, with the names replaced by codes")
    analyst.call("POST", f"{here}/shares", {"login": stakeholder_login, "permission": "view"})
    print("   shared:", ", ".join(each["name"] for each in stakeholder.call("GET", "/projects")))


def event_batch(login: str) -> Iterator[dict[str, object]]:
    """A header line, then one raw event per line: mail, an order with a task around it, mail."""
    session = {"session_id": f"00000000-0000-4000-8000-{RUN:0>12}", "login": login, "host": "example-pc"}
    yield {"batch_key": f"example-{RUN}", "session": session | {"time_zone": "Etc/UTC", "agent_version": "example"}}
    for sequence, line in enumerate(SEEN.split("\n")):
        minute, kind, what = line.split()
        instant = (YESTERDAY + timedelta(minutes=int(minute))).isoformat()
        yield {"sequence": sequence, "occurred_at": instant, "kind": kind, **ABOUT[what]}


def categorize(power_user: Account) -> None:
    known = power_user.call("GET", "/rule-sets")
    rules = power_user.call("GET", f"/rule-sets/{known[0]['rule_set_version']}")["rules"] if known else []
    behind = [{**each, "rank": each["rank"] + 1} for each in rules]
    rule = {"rank": 5, "condition": {"field": "url", "operator": "contains", "value": "orders.example"}}
    rule |= {"activity_kind": "productive", "category": "Order handling", "application": "Orders"}
    power_user.call("POST", "/rule-sets", {"note": f"Example {RUN}", "rules": [rule, *behind]})


def mine(analyst: Account, here: str) -> None:
    """Asks for a mining job and follows it. Raw events need some seconds into their day: too early, it asks again."""
    row_counts: dict[str, int] = {}
    while not row_counts.get("overall_activity_days"):
        job = analyst.call("POST", f"{here}/mining-jobs")
        while job["state"] not in {"done", "failed"}:
            time.sleep(1)
            job = analyst.call("GET", f"/mining-jobs/{job['mining_job_id']}")
        if job["state"] == "failed":
            sys.exit(job["error"])
        row_counts = job["row_counts"]
    print("   rows:", ", ".join(f"{table} {count}" for table, count in row_counts.items()))


if __name__ == "__main__":
    main(*sys.argv[1:])
