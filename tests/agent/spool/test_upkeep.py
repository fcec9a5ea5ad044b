"""A no takes out what it alone allowed, without a trace of its content; what was sent is kept for its days."""

from pathlib import Path

import pytest

from agent.control.captured import read_captured
from agent.spool.deliveries import acknowledge, next_batch, quarantine
from agent.spool.rows import EventNote, Outcome
from agent.spool.store import DAY_US, SpoolLimits, SpoolStore
from agent.spool.upkeep import apply_policy, expire, withdraw
from tests.agent.builders import NOW, agent_session, raw_event


@pytest.fixture
def store(tmp_path: Path) -> SpoolStore:
    return SpoolStore(tmp_path / "spool.sqlite")


def _fill(store: SpoolStore, *allowed_by: str, title: str = "letter.txt") -> None:
    number = store.begin_session(agent_session())
    events = [raw_event(sequence, window_title=title) for sequence in range(len(allowed_by))]
    store.append(number, events, notes=[EventNote(each) for each in allowed_by])


def _outcomes(store: SpoolStore) -> list[str]:
    return [each.outcome if each.sent_us is not None else "waiting" for each in read_captured(store.path)[0]]


def test_a_no_takes_out_what_only_the_declined_allowed(store: SpoolStore) -> None:
    _fill(store, "1", "1 2", "2", "", "1 3")
    store.declined = frozenset({1, 3})
    assert withdraw(store, at_us=NOW) == 2
    assert _outcomes(store) == [Outcome.DECLINED, "waiting", "waiting", "waiting", Outcome.DECLINED]
    batch = next_batch(store, max_events=10)
    assert batch is not None
    assert [event.sequence for event in batch.events] == [1, 2, 3]
    assert store.waiting_count == 3
    assert store.list_losses() == ()  # nobody is told who declined


def test_of_what_was_declined_no_content_is_left_in_the_file(store: SpoolStore) -> None:
    _fill(store, "1", title="Termination of Jane Doe")
    assert next_batch(store, max_events=10) is not None
    store.declined = frozenset({1})
    withdraw(store, at_us=NOW)
    assert _outcomes(store) == [Outcome.DECLINED_ON_THE_WAY]
    assert next_batch(store, max_events=10) is None
    files = b"".join(file.read_bytes() for file in store.path.parent.iterdir())
    assert b"Termination" not in files


def test_a_new_policy_leaves_what_was_sent_to_be_read(store: SpoolStore) -> None:
    _fill(store, "1", "1")
    batch = next_batch(store, max_events=1)
    assert batch is not None
    acknowledge(store, batch, at_us=NOW)
    apply_policy(store, lambda event, occurred_us: None)
    assert _outcomes(store) == [""]


def test_what_was_sent_is_kept_for_its_days(store: SpoolStore) -> None:
    _fill(store, "1", "1")
    batch = next_batch(store, max_events=1)
    assert batch is not None
    acknowledge(store, batch, at_us=NOW)
    expire(store, now_us=NOW + 7 * DAY_US - 1, kept_us=7 * DAY_US)
    assert _outcomes(store) == ["", "waiting"]
    expire(store, now_us=NOW + 7 * DAY_US + 1, kept_us=7 * DAY_US)
    assert _outcomes(store) == ["waiting"]


def test_what_is_kept_has_its_bytes_and_the_newest_stays(tmp_path: Path) -> None:
    store = SpoolStore(tmp_path / "spool.sqlite", limits=SpoolLimits(kept_max_bytes=60_000))
    _fill(store, *["1"] * 1000)
    while (batch := next_batch(store, max_events=1000)) is not None:
        acknowledge(store, batch, at_us=NOW)
    expire(store, now_us=NOW)
    kept, _ = read_captured(store.path)
    assert 0 < len(kept) < 1000
    assert kept[-1].event.sequence == 999


def test_what_the_server_refused_or_did_not_take_is_told_with_its_reason(store: SpoolStore) -> None:
    _fill(store, "1", "1", "1", "1")
    batch = next_batch(store, max_events=3)
    assert batch is not None
    acknowledge(store, batch, at_us=NOW, refused=[("clock_ahead", [1])])
    last = next_batch(store, max_events=3)
    assert last is not None
    quarantine(store, last, reason="422: odd", at_us=NOW)
    assert _outcomes(store) == ["", "refused: clock_ahead", "", "not taken: 422: odd"]
    told = {loss.reason: loss.total_count for loss in store.list_losses(with_reported=True)}
    assert told == {"clock_ahead": 1, "poisoned": 1}
    assert [loss.reason for loss in store.list_losses()] == ["poisoned"]  # of the other the server knows


def test_losses_stay_told_to_the_person_when_the_server_has_heard_of_them(store: SpoolStore) -> None:
    store.count_loss("queue_full", 3, first_us=1, last_us=2)
    store.settle_losses(store.list_losses(), fact="loss_report")
    assert store.list_losses() == ()
    assert [loss.total_count for loss in store.list_losses(with_reported=True)] == [3]
