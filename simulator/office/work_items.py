"""The work of each team: which windows an incident, a customer case or an invoice takes, and its task scope."""

import msgspec

from simulator.office import applications as office
from simulator.office.applications import Application


class Work(msgspec.Struct, frozen=True):
    """One kind of work. `steps` are drawn by weight between the opening and the closing window."""

    table_name: str
    record_format: str
    opening: Application
    steps: tuple[tuple[Application, float], ...]
    scope_name: str
    start_state: str = ""
    end_state: str = ""
    """Both empty: the scope is user-initiated, the person starts and stops it."""

    @property
    def is_user_initiated(self) -> bool:
        return not self.start_state


INCIDENT = Work(
    table_name="incident",
    record_format="INC{:07d}",
    opening=office.INCIDENT,
    steps=(
        (office.KNOWLEDGE, 3), (office.DIRECTORY, 2), (office.TERMINAL, 1.5), (office.REMOTE, 2), (office.CHAT, 0.7),
        (office.MAIL_ANSWER, 1), (office.INCIDENT, 2.5), (office.INCIDENT_LIST, 0.8), (office.WORD, 0.3),
    ),
    scope_name="Resolve incident",
    start_state="In Progress",
    end_state="Resolved",
)  # fmt: skip
CUSTOMER_CASE = Work(
    table_name="customer_case",
    record_format="CS{:07d}",
    opening=office.CRM,
    steps=(
        (office.SAP_ORDER, 3), (office.CRM, 3), (office.SOFTPHONE, 1.2), (office.MAIL_ANSWER, 1.5),
        (office.PARCEL, 1.2), (office.EXCEL, 0.4), (office.KNOWLEDGE, 0.4), (office.CHAT, 0.5),
    ),
    scope_name="Handle customer case",
    start_state="New",
    end_state="Closed",
)  # fmt: skip
INVOICE = Work(
    table_name="invoice",
    record_format="INV-{:07d}",
    opening=office.INVOICE,
    steps=(
        (office.SAP_BOOKING, 3), (office.INVOICE, 2.5), (office.EXCEL, 1.5), (office.MAIL_ANSWER, 0.8),
        (office.SAP_ORDER, 0.8), (office.TIME_SHEET, 0.1),
    ),
    scope_name="Book invoice",
)  # fmt: skip

WORKS = {work.table_name: work for work in (INCIDENT, CUSTOMER_CASE, INVOICE)}


def task_scopes(*, audit_trail_file: str = "itsm.csv") -> list[dict[str, object]]:
    """The bodies of POST /projects/{id}/task-scopes for the simulated work."""
    return [_task_scope(work, audit_trail_file) for work in WORKS.values()]


def _task_scope(work: Work, audit_trail_file: str) -> dict[str, object]:
    if work.is_user_initiated:
        return {
            "name": work.scope_name,
            "kind": "user_initiated",
            "instructions": "Start the task when you open an invoice, and stop it when the invoice is booked.",
        }
    return {
        "name": work.scope_name,
        "kind": "automated",
        "source": {"kind": "csv", "file": audit_trail_file},
        "table_name": work.table_name,
        "field": "state",
        "start_state": work.start_state,
        "end_state": work.end_state,
    }
