"""Verification reads a log that goes on meanwhile: in slices, and without taking for lost what only just came."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from governance_api.audit import verification
from governance_api.audit.chain import Link
from governance_api.audit.service import reading_links
from governance_api.migrations.upgrade import upgrade
from tests.governance_api.audit.anchored_log import AnchoredLog, anchored_log


@pytest.fixture
def log(engine: Engine, tmp_path: Path) -> AnchoredLog:
    upgrade(engine)
    log = anchored_log(engine, tmp_path / "audit")
    log.add(5)
    log.keeper.anchor()
    return log


def test_the_slices_are_those_of_the_whole(log: AnchoredLog, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = log.verification()
    assert (whole.is_intact, whole.faults) == (True, [])
    for entries in (1, 2, whole.entry_count):
        monkeypatch.setattr(verification, "SLICE_ENTRIES", entries)
        with log.sessions() as session:
            *slices, answer = verification.verifying(session, log.keeper)
        assert answer == whole
        assert slices == [None] * -(-whole.entry_count // entries)


def test_an_anchor_that_is_written_meanwhile_is_none_that_was_taken_away(
    log: AnchoredLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_lines = log.keeper.folder.lines

    def lines_and_then_another() -> list[str]:
        monkeypatch.undo()
        found = read_lines()
        log.add(1)
        assert log.keeper.anchor()
        return found

    monkeypatch.setattr(log.keeper.folder, "lines", lines_and_then_another)
    assert log.verification().faults == []


def test_an_entry_that_is_added_and_seen_meanwhile_is_none_that_was_cut_off(
    log: AnchoredLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def reading_and_then_one_more(session: Session) -> Iterator[Iterator[Link]]:
        with reading_links(session) as links:
            log.add(1)
            log.keeper.look()
            yield links

    monkeypatch.setattr(verification, "reading_links", reading_and_then_one_more)
    assert log.verification().faults == []
