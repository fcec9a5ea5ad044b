"""Anchoring: what stands in the file, who may read it, and that every falsification of log or file is found."""

import random
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from governance_api.audit.anchors.folder import ANCHORS, KEY, PUBLIC_KEY
from tests.fakes.desktop import wait_for
from tests.governance_api.audit.anchored_log import AnchoredLog, anchored_log
from tests.governance_api.audit.tampering import Database, rechained, tamper_with_anchors, tamper_with_log


@pytest.fixture
def database(database_url: str) -> Database:
    return Database(database_url)


@pytest.fixture
def log(engine: Engine, database: Database, tmp_path: Path) -> Iterator[AnchoredLog]:
    """Twelve entries and two anchors, each an entry as well; the last entry is younger than the anchors."""
    database.write([])
    log = anchored_log(engine, tmp_path / "audit")
    for count in (5, 6):
        log.add(count)
        assert log.keeper.anchor()
    log.add(1)
    log.keeper.look()
    yield log
    database.write([])


def test_what_nobody_touched_is_intact(log: AnchoredLog) -> None:
    found = log.verification()
    assert (found.is_intact, found.faults, found.entry_count, found.anchor_count) == (True, [], 14, 2)
    assert found.unanchored_entry_count == 2


def test_an_anchor_is_written_only_when_something_was_added(log: AnchoredLog) -> None:
    assert log.keeper.anchor() is not None
    assert log.keeper.anchor() is None
    log.add(1)
    third = log.keeper.anchor()
    assert third is not None
    assert third.number == 4


def test_an_empty_log_is_anchored_too(engine: Engine, database: Database, tmp_path: Path) -> None:
    database.write([])
    log = anchored_log(engine, tmp_path)
    anchor = log.keeper.anchor()
    assert anchor is not None
    assert anchor.entry_count == 0
    assert log.verification().is_intact


def test_key_and_anchors_are_their_owners_alone(log: AnchoredLog) -> None:
    folder = log.keeper.folder.path
    modes = {name: stat.S_IMODE((folder / name).stat().st_mode) for name in (".", KEY, ANCHORS)}
    assert modes == {".": 0o700, KEY: 0o600, ANCHORS: 0o600}
    assert "PUBLIC KEY" in (folder / PUBLIC_KEY).read_text()


def test_an_emptied_log_is_found_with_what_is_missing_since_when(log: AnchoredLog, database: Database) -> None:
    database.write([])
    (fault,) = log.verification().faults
    assert "The log ends after 0 entries, but had 5 at 2025-11-03 09:05:00 UTC (anchor 1): 5 entries were" in fault


def test_a_cut_end_is_found_from_the_anchor_on(log: AnchoredLog, database: Database) -> None:
    database.write(database.read()[:8])
    (fault,) = log.verification().faults
    assert "ends after 8 entries, but had 12 at 2025-11-03 09:11:00 UTC (anchor 2): 4 entries" in fault


def test_a_cut_end_that_no_anchor_covers_is_known_to_the_running_service(log: AnchoredLog, database: Database) -> None:
    database.write(database.read()[:-1])
    (fault,) = log.verification().faults
    assert "which this service has seen since it started, is no longer what it was" in fault


def test_a_wholly_recomputed_log_is_found(log: AnchoredLog, database: Database) -> None:
    entries = database.read()
    entries[6] = type(entries[6])(**vars(entries[6]) | {"facts": '{"forged": true}'})
    database.write(rechained(entries))
    fault = log.verification().faults[0]
    assert (
        "not the one that was anchored at 2025-11-03 09:11:00 UTC (anchor 2): it was rewritten after anchor 1" in fault
    )


def test_a_kept_copy_convicts_a_log_whose_own_anchors_are_gone(log: AnchoredLog, database: Database) -> None:
    kept = log.keeper.folder.lines()
    database.write([])
    (log.keeper.folder.path / ANCHORS).unlink()
    log.keeper.seen = None
    assert log.verification().is_intact  # an empty log without anchors looks like a new one
    assert "5 entries were taken away" in log.verification(kept[:1]).faults[0]
    assert "12 entries were taken away" in log.verification(kept[1:]).faults[0]


def test_a_sample_of_random_falsifications_is_found(log: AnchoredLog, database: Database) -> None:
    """A thousand of them: `python -m benchmarks.audit`."""
    before, lines = database.read(), log.keeper.folder.lines()
    for seed in range(40):
        dice = random.Random(seed)
        if seed % 4:
            name, falsified = tamper_with_log(before, dice)
            database.write(falsified)
        else:
            name = tamper_with_anchors(log.keeper.folder, dice)
        assert log.verification().faults, (seed, name)
        database.write(before)
        (log.keeper.folder.path / ANCHORS).write_text("".join(f"{line}\n" for line in lines))
    assert log.verification().is_intact


def test_the_service_anchors_when_it_stops(engine: Engine, database: Database, tmp_path: Path) -> None:
    database.write([])
    log = anchored_log(engine, tmp_path)
    log.keeper.start()
    wait_for(log.keeper.folder.lines, what="the first anchor")
    log.add(3)
    log.keeper.stop()
    found = log.verification()
    assert (found.is_intact, found.anchor_count) == (True, 2)
    assert found.unanchored_entry_count == 1  # the entry that says so


def test_what_cannot_be_written_is_logged_and_the_thread_goes_on(
    log: AnchoredLog, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    (log.keeper.folder.path / KEY).unlink()
    log.keeper._anchor_and_deliver()
    assert "could not be anchored" in caplog.text
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from governance.audit_entries").fetchone() == (14,)
