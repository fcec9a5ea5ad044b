"""The command writes everything a benchmark needs, and names what it cannot do."""

from pathlib import Path

import msgspec
import pytest
from backports import zstd

from domain.event_batches import EventBatch, check_event_batch
from domain.tasks.audit_trails import parse_audit_trail
from simulator.command import main
from simulator.truth.expected import Truth

SMALL = ["--people-per-team", "1", "--working-days", "1", "--last-on", "2026-03-06", "--events-per-person-day", "300"]


def test_a_workforce_is_written_with_its_truth_and_its_audit_trail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["write", str(tmp_path), *SMALL]) == 0
    truth = msgspec.json.decode((tmp_path / "truth.json").read_bytes(), type=Truth)
    batches = [
        msgspec.msgpack.decode(zstd.decompress(path.read_bytes()), type=EventBatch)
        for path in sorted((tmp_path / "batches").iterdir())
    ]
    for batch in batches:
        check_event_batch(batch)
    assert sum(batch.event_count for batch in batches) == truth.counts.sent
    with (tmp_path / "itsm.csv").open(encoding="utf-8") as lines:
        rows = list(parse_audit_trail(lines))
    assert len(rows) == sum(len(person.changes) for person in truth.people.values())
    assert "events sent =" in capsys.readouterr().out


def test_the_audit_trail_holds_the_task_instances(tmp_path: Path) -> None:
    """Read back by hand: from the first row of the start state to the next of the end state, record by record."""
    main(["write", str(tmp_path), *SMALL[:2], "--working-days", "4", *SMALL[4:]])
    truth = msgspec.json.decode((tmp_path / "truth.json").read_bytes(), type=Truth)
    with (tmp_path / "itsm.csv").open(encoding="utf-8") as lines:
        rows = list(parse_audit_trail(lines))
    found = []
    for table, start, end in (("incident", "In Progress", "Resolved"), ("customer_case", "New", "Closed")):
        opened: dict[str, int] = {}
        for row in rows:
            at_us = int(row.changed_at.timestamp()) * 1_000_000
            if row.table_name == table and row.new_value == start:
                opened.setdefault(row.record_id, at_us)
            elif row.table_name == table and row.new_value == end and row.record_id in opened:
                found.append((row.changed_by, row.record_id, opened.pop(row.record_id), at_us))
    told = [
        (login, instance.case_id, instance.started_us, instance.ended_us)
        for login, person in truth.people.items()
        for instance in person.task_instances
        if instance.scope_name != "Book invoice"
    ]
    assert sorted(found) == sorted(told)
    assert len(told) > 20


def test_a_last_day_on_a_weekend_is_one_clear_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["write", str(tmp_path), "--last-on", "2026-03-07"]) == 1
    assert "weekend" in capsys.readouterr().err
