"""While the disk refuses, events wait in memory; later they are written, and what did not fit is counted."""

import sqlite3
from pathlib import Path

import pytest

from agent.spool import writer as writer_module
from agent.spool.store import SpoolStore
from agent.spool.writer import RETRY_US, SpoolWriter
from domain.losses import LossReason
from tests.agent.builders import NOW, agent_session, raw_event


@pytest.fixture
def store(tmp_path: Path) -> SpoolStore:
    return SpoolStore(tmp_path / "spool.sqlite")


def _fill_the_disk(store: SpoolStore) -> None:
    with store.reading() as connection:
        pages = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(f"pragma max_page_count = {pages}")


def _free_the_disk(store: SpoolStore) -> None:
    with store.reading() as connection:
        connection.execute("pragma max_page_count = 100000")


def test_on_a_full_disk_nothing_is_lost_while_memory_lasts(store: SpoolStore) -> None:
    writer = SpoolWriter(store, agent_session())
    _fill_the_disk(store)
    for sequence in range(1000):
        writer.add(raw_event(sequence))
    assert not writer.commit(now_us=NOW)
    assert writer.trouble is not None
    assert "free the disk" in writer.trouble
    _free_the_disk(store)
    assert not writer.commit(now_us=NOW + 1)
    assert writer.commit(now_us=NOW + RETRY_US)
    assert writer.trouble is None
    assert store.waiting_count == 1000
    assert store.list_losses() == ()


def test_beyond_the_memory_the_oldest_is_lost_and_counted(store: SpoolStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "PENDING_MAX", 100)
    writer = SpoolWriter(store, agent_session())
    _fill_the_disk(store)
    for sequence in range(1000):
        writer.add(raw_event(sequence))
        writer.commit(now_us=NOW + sequence * RETRY_US)
    _free_the_disk(store)
    assert writer.commit(now_us=NOW + 2000 * RETRY_US)
    (loss,) = store.list_losses()
    assert loss.reason == LossReason.SPOOL_UNWRITABLE
    assert loss.event_count + store.waiting_count == 1000


def test_a_spool_damaged_while_in_use_is_replaced_and_recording_goes_on(store: SpoolStore) -> None:
    writer = SpoolWriter(store, agent_session())
    writer.add(raw_event(0))
    assert writer.commit(now_us=NOW)
    with store.reading() as connection:
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
        connection.execute("pragma cache_size = 0")
    content = bytearray(store.path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    store.path.write_bytes(bytes(content))
    writer.add(raw_event(1))
    assert writer.commit(now_us=NOW)
    assert store.waiting_count >= 1
    assert [loss.reason for loss in store.list_losses()] == [LossReason.SPOOL_CORRUPT]
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("pragma quick_check").fetchone()[0] == "ok"
    connection.close()
