"""The spool keeps what was committed, within its bounds, and counts what it could not keep."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from agent.spool.deliveries import next_batch
from agent.spool.repair import open_spool
from agent.spool.schema import SpoolError, SpoolTooNew
from agent.spool.store import SpoolLimits, SpoolStore
from agent.spool.upkeep import apply_policy, expire
from domain.losses import LossReason
from domain.raw_events import RawEvent
from tests.agent.builders import NOW, SECOND, agent_session, raw_event


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.sqlite"


def _filled(path: Path, count: int, **limits: int) -> SpoolStore:
    store = SpoolStore(path, limits=SpoolLimits(**limits))
    number = store.begin_session(agent_session())
    store.append(number, [raw_event(sequence) for sequence in range(count)])
    return store


def test_an_empty_spool_has_nothing_to_send(path: Path) -> None:
    store = SpoolStore(path)
    assert next_batch(store, max_events=10) is None
    assert store.figures().waiting_count == 0
    assert store.list_losses() == ()


def test_what_was_committed_is_there_after_a_restart(path: Path) -> None:
    _filled(path, 5).close()
    batch = next_batch(SpoolStore(path), max_events=10)
    assert batch is not None
    assert [event.sequence for event in batch.events] == [0, 1, 2, 3, 4]
    assert batch.session == agent_session()


def test_beyond_its_bytes_the_oldest_goes_first_and_is_counted(path: Path) -> None:
    store = _filled(path, 100, max_bytes=20_000)
    for first in range(100, 1000, 100):
        store.append(1, [raw_event(sequence) for sequence in range(first, first + 100)])
    figures = store.figures()
    assert figures.waiting_bytes <= 20_000
    (loss,) = store.list_losses()
    assert loss.reason == LossReason.SPOOL_FULL
    assert loss.event_count + figures.waiting_count == 1000
    assert loss.first_us == NOW
    assert figures.oldest_waiting_us == NOW + loss.event_count * SECOND


def test_beyond_its_days_what_waits_is_counted_as_expired(path: Path) -> None:
    store = _filled(path, 10, max_age_us=5 * SECOND)
    assert expire(store, now_us=NOW + 10 * SECOND) == 5
    assert [(loss.reason, loss.event_count) for loss in store.list_losses()] == [(LossReason.SPOOL_EXPIRED, 5)]
    assert store.waiting_count == 5


def test_reported_losses_are_forgotten_and_newer_ones_stay(path: Path) -> None:
    store = _filled(path, 1)
    store.count_loss(LossReason.QUEUE_FULL, 3, first_us=1, last_us=2)
    reported = store.list_losses()
    store.count_loss(LossReason.QUEUE_FULL, 2, first_us=3, last_us=4)
    store.settle_losses(reported, fact="loss_report")
    assert [(loss.reason, loss.event_count) for loss in store.list_losses()] == [(LossReason.QUEUE_FULL, 2)]


def test_a_stricter_policy_masks_and_takes_out_what_waits_and_overwrites_it(path: Path) -> None:
    store = SpoolStore(path)
    number = store.begin_session(agent_session())
    secret = "Termination of Jane Doe"
    store.append(number, [raw_event(0, window_title=secret), raw_event(1), raw_event(2)])
    next_batch(store, max_events=10)

    def judge(event: RawEvent, occurred_us: int) -> RawEvent | None:
        if event.sequence == 2:
            return None
        masked = raw_event(event.sequence, at_us=occurred_us, window_title="BLOCKLISTED")
        return masked if event.sequence == 0 else event

    assert apply_policy(store, judge) == (1, 1)
    batch = next_batch(store, max_events=10)
    assert batch is not None
    assert [event.window_title for event in batch.events] == ["BLOCKLISTED", "letter.txt"]
    assert [(loss.reason, loss.event_count) for loss in store.list_losses()] == [(LossReason.STRICTER_POLICY, 1)]
    files = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert secret.encode() not in files


def test_facts_are_remembered_and_forgotten(path: Path) -> None:
    store = SpoolStore(path)
    assert store.find_fact("open_task") is None
    store.put_fact("open_task", "refund", durable=True)
    store.close()
    store = SpoolStore(path)
    assert store.find_fact("open_task") == "refund"
    store.put_fact("open_task", None)
    assert store.find_fact("open_task") is None


def test_a_spool_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    _filled(path, 1).close()
    with sqlite3.connect(path) as connection:
        connection.execute("pragma user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(SpoolTooNew, match="install the newer agent again"):
        open_spool(path)
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SpoolError, match="make its folder writable"):
        open_spool(tmp_path / "missing" / "spool.sqlite")


def test_a_file_that_is_no_spool_is_moved_aside_and_the_loss_is_counted(path: Path) -> None:
    path.write_bytes(b"this is not a database" * 1000)
    store = open_spool(path)
    assert [loss.reason for loss in store.list_losses()] == [LossReason.SPOOL_CORRUPT]
    assert list(path.parent.glob("spool.damaged-*.sqlite"))
    store.close()
    open_spool(path).close()
    assert len(list(path.parent.glob("spool.damaged-*.sqlite"))) == 1


def test_of_a_damaged_spool_everything_readable_is_saved(path: Path) -> None:
    store = _filled(path, 2000)
    with store.reading() as connection:
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    store.close()
    content = bytearray(path.read_bytes())
    content[-8192:-4096] = b"\xff" * 4096
    path.write_bytes(bytes(content))
    store = open_spool(path)
    lost = sum(loss.event_count for loss in store.list_losses())
    assert store.waiting_count > 0
    assert store.waiting_count + lost >= 2000 or lost >= 1
    store.append(store.begin_session(agent_session(2)), [raw_event(0)])


def test_events_acknowledged_by_append_survive_a_kill_in_mid_write(path: Path, tmp_path: Path) -> None:
    program = tmp_path / "writer.py"
    program.write_text(
        "import sys\n"
        "from pathlib import Path\n"
        "from agent.spool.store import SpoolStore\n"
        "from tests.agent.builders import agent_session, raw_event\n"
        "store = SpoolStore(Path(sys.argv[1]))\n"
        "number = store.begin_session(agent_session(int(sys.argv[2])))\n"
        "for first in range(0, 10**9, 5):\n"
        "    store.append(number, [raw_event(first + i) for i in range(5)])\n"
        "    print(first + 5, flush=True)\n"
    )
    for run in range(1, 4):
        command = [sys.executable, str(program), str(path), str(run)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(Path.cwd())}
        ) as writer:
            assert writer.stdout is not None
            acknowledged = 0
            for line in writer.stdout:
                acknowledged = int(line)
                if acknowledged >= 200 * run:
                    writer.kill()
        store = open_spool(path)
        with store.reading() as connection:
            kept = connection.execute("select count(*), max(sequence) from events where session_number = ?", (run,))
            count, highest = kept.fetchone()
        assert count >= acknowledged
        assert count == highest + 1
        assert store.list_losses() == ()
        store.close()
