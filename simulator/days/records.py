"""The records people work on (incidents, customer cases, invoices) and every change of their state.

The changes are the audit trail of the simulated ITSM system.
"""

from random import Random

import msgspec

from simulator.days.script import SECOND
from simulator.office.work_items import Work
from simulator.parameters import Rates

NEW, IN_PROGRESS, RESOLVED, CLOSED = "New", "In Progress", "Resolved", "Closed"
#: Logins in the audit trail that are nobody's workstation.
PORTAL, SYSTEM = "portal", "system"

_TOPICS = (
    "VPN connection", "Printer offline", "Password reset", "Mailbox full", "Laptop replacement", "Delivery delayed",
    "Wrong item", "Refund", "Address change", "Software request", "Access rights", "Slow network", "Quarterly report",
)  # fmt: skip


class Change(msgspec.Struct, frozen=True):
    """One row of the audit trail, at a whole second."""

    record_id: str
    table_name: str
    old_state: str
    new_state: str
    at_us: int
    by: str


class TaskInstance(msgspec.Struct, frozen=True, order=True):
    """One execution of a task scope by one person: what the pipelines should find."""

    scope_name: str
    login: str
    case_id: str
    started_us: int
    ended_us: int


class Record(msgspec.Struct):
    """One incident, case or invoice at its present state."""

    record_id: str
    work: Work
    facts: dict[str, str]
    has_end: bool
    """False: it is never resolved."""
    is_never_closed: bool = False
    is_to_be_reopened: bool = False
    state: str = ""
    changed_us: int = 0
    scope_started_us: int | None = None


class Desk:
    """One person's records, the audit trail they leave, and the task instances that follow from it."""

    def __init__(self, *, login: str, work: Work, first_number: int, chance: Random, rates: Rates) -> None:
        self.login = login
        self.work = work
        self.chance = chance
        self.rates = rates
        self.next_number = first_number
        self.laid_aside: list[Record] = []
        self.resolved: list[Record] = []
        self.changes: list[Change] = []
        self.task_instances: list[TaskInstance] = []

    def new_record(self) -> Record:
        chance, topic = self.chance, self.chance.choice(_TOPICS)
        number, self.next_number = self.next_number, self.next_number + 1
        record_id = self.work.record_format.format(number)
        facts = {
            "record": record_id,
            "topic": topic,
            "slug": topic.replace(" ", "+"),
            "order": f"ORD-{10_000 + number * 7}",
            "machine": f"WS-{chance.randint(1000, 1400)}",
            "colleague": chance.choice(("Kim Ost", "Toni West", "Alex Nord", "Sam Sued", "Robin Mitte")),
            "mailbox": f"{self.work.table_name}@acme.example",
            "month": f"{chance.randint(1, 12):02d}",
        }
        return Record(
            record_id=record_id,
            work=self.work,
            facts=facts,
            has_end=chance.random() >= self.rates.never_resolved_share,
            is_never_closed=chance.random() < self.rates.never_resolved_share,
            is_to_be_reopened=chance.random() < self.rates.reopened_share,
        )

    def begin(self, record: Record, at_us: int) -> None:
        """Work on it begins, again after it was resolved. Invoices have no audit trail: people mark them themselves."""
        if self.work.is_user_initiated or record.state == IN_PROGRESS:
            return
        if not record.state:
            by_portal = self.work.start_state != NEW and self.chance.random() < 0.4
            since = self.chance.randint(60, 1800) if by_portal else self.chance.randint(1, 5)
            self._change(record, NEW, at_us - since * SECOND, by=PORTAL if by_portal else self.login)
        self._change(record, IN_PROGRESS, at_us, by=self.login)

    def finish(self, record: Record, at_us: int) -> None:
        if self.work.is_user_initiated:
            return
        self._change(record, RESOLVED, at_us, by=self.login)
        if record.is_to_be_reopened or self.work.end_state != CLOSED:
            self.resolved.append(record)
        elif not record.is_never_closed:
            self._change(record, CLOSED, at_us + self.chance.randint(1, 20) * SECOND, by=self.login)

    def mark_task(self, record: Record, stopped_us: int) -> None:
        """The person said that work on this record stops: one instance of a user-initiated task."""
        if record.scope_started_us is not None:
            instance = TaskInstance(
                self.work.scope_name, self.login, record.record_id, record.scope_started_us, stopped_us
            )
            self.task_instances.append(instance)
            record.scope_started_us = None

    def morning(self, at_us: int) -> None:
        """What was resolved is closed by the system, or lies on the desk again."""
        for record in self.resolved:
            if record.is_to_be_reopened:
                record.is_to_be_reopened = False
                self.laid_aside.append(record)
            elif not record.is_never_closed:
                self._change(record, CLOSED, at_us - self.chance.randint(600, 7200) * SECOND, by=SYSTEM)
        self.resolved = []

    def _change(self, record: Record, state: str, at_us: int, *, by: str) -> None:
        at_us = max(at_us // SECOND * SECOND, record.changed_us + SECOND)
        self.changes.append(Change(record.record_id, self.work.table_name, record.state, state, at_us, by))
        record.state, record.changed_us = state, at_us
        if state == self.work.start_state and record.scope_started_us is None:
            record.scope_started_us = at_us
        elif state == self.work.end_state and record.scope_started_us is not None:
            self.task_instances.append(
                TaskInstance(self.work.scope_name, self.login, record.record_id, record.scope_started_us, at_us)
            )
            record.scope_started_us = None
