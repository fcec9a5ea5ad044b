"""Writes the audit trail of the simulated ITSM system as the CSV that a task scope reads."""

import csv
from collections.abc import Iterable
from pathlib import Path

from domain.event_batches import from_microseconds
from domain.tasks.audit_trails import COLUMNS
from simulator.days.records import Change
from simulator.truth.expected import Truth

AUDIT_TRAIL_FILE = "itsm.csv"


def write_audit_trail(folder: Path, truth: Truth) -> Path:
    """Writes every change of every record, oldest first; returns the file, `AUDIT_TRAIL_FILE` in the folder."""
    changes = [change for person in truth.people.values() for change in person.changes]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / AUDIT_TRAIL_FILE
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_rows(sorted(changes, key=lambda change: (change.at_us, change.record_id))))
    return path


def _rows(changes: Iterable[Change]) -> Iterable[tuple[str, ...]]:
    for change in changes:
        changed_at = from_microseconds(change.at_us).isoformat()
        yield (change.record_id, change.table_name, "state", change.old_state, change.new_state, changed_at, change.by)
