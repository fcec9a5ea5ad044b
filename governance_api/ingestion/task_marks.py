"""Remembers the starts and stops of tasks that targeted assignments record, from one batch of a session to the next.

Only names of configured tasks and instants are kept, and not longer than a recording on its way can matter.
"""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, Engine, text

from domain.assignments.permission import permission_of
from domain.assignments.recordings import TaskMark
from domain.conditions.texts import fold
from domain.event_batches import from_microseconds, to_microseconds
from domain.event_kinds import CODE_BY_KIND, EventKind
from governance_api.ingestion.deliveries import SENT_WITHIN, Delivery
from governance_api.ingestion.gate import Windows
from governance_api.ingestion.senders import Sender
from governance_api.ingestion.wire_forms.event_columns import DecodedBatch, EventColumns

_STARTED, _STOPPED = CODE_BY_KIND[EventKind.TASK_STARTED], CODE_BY_KIND[EventKind.TASK_STOPPED]

_KNOWN = text("""
select session_key, sequence, occurred_at, is_start, task_name from governance.task_marks where session_key = :session
""")
_ADD = text("""
insert into governance.task_marks (session_key, sequence, occurred_at, is_start, task_name, received_at)
values (:session_key, :sequence, :occurred_at, :is_start, :task_name, :received_at)
on conflict (session_key, sequence) do nothing
""")
_FORGET = text("delete from governance.task_marks where received_at < :before")


def recorded_windows(engine: Engine, sender: Sender, batch: DecodedBatch) -> Windows:
    """What recordings of tasks allow of this session, by its marks so far and those of the batch itself."""
    session_key = batch.session.key
    with engine.connect() as connection:
        known = [
            TaskMark(
                session_key=row.session_key,
                occurred_us=to_microseconds(row.occurred_at),
                sequence=row.sequence,
                is_start=row.is_start,
                task_name=row.task_name,
            )
            for row in connection.execute(_KNOWN, {"session": session_key})
        ]
    marks = {each.sequence: each for each in (*marks_of(batch, batch.events, sender), *known)}
    permission = permission_of(sender.assignments, list(marks.values()))
    return Windows(permission.recorded.get(session_key, ()))


def marks_of(batch: DecodedBatch, events: EventColumns, sender: Sender) -> list[TaskMark]:
    """Those among the events that are about a task which an assignment of the sender records."""
    tasks = {task for each in sender.assignments for task in each.tasks}
    found = []
    for position in np.flatnonzero((events.kind == _STARTED) | (events.kind == _STOPPED)).tolist():
        number = int(events.task[position])
        name = batch.tasks[number - 1].name if number else ""
        if fold(name) in tasks:
            found.append(
                TaskMark(
                    session_key=batch.session.key,
                    occurred_us=int(events.occurred_at_us[position]),
                    sequence=int(events.sequence[position]),
                    is_start=int(events.kind[position]) == _STARTED,
                    task_name=name,
                )
            )
    return found


def add_task_marks(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """The marks among the accepted events, in the transaction that receipts them."""
    rows = [
        {
            "session_key": mark.session_key,
            "sequence": mark.sequence,
            "occurred_at": from_microseconds(mark.occurred_us),
            "is_start": mark.is_start,
            "task_name": mark.task_name,
            "received_at": from_microseconds(delivery.received_at_us),
        }
        for delivery in deliveries
        if delivery.sender.targeted
        for mark in marks_of(delivery.batch, delivery.events, delivery.sender)
    ]
    if rows:
        connection.execute(_ADD, rows)
        before = from_microseconds(max(each.received_at_us for each in deliveries)) - SENT_WITHIN
        connection.execute(_FORGET, {"before": before})
