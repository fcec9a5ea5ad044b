"""The same events always go out under the same key, in order, and one bad event does not hold up the others."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.spool.deliveries import acknowledge, next_batch, quarantine, split
from agent.spool.rows import batch_key
from agent.spool.store import SpoolStore
from domain.losses import LossReason
from tests.agent.builders import NOW, agent_session, raw_event


@pytest.fixture
def store(tmp_path: Path) -> SpoolStore:
    return SpoolStore(tmp_path / "spool.sqlite")


def _fill(store: SpoolStore, count: int, *, session: int = 1) -> int:
    number = store.begin_session(agent_session(session))
    store.append(number, [raw_event(sequence) for sequence in range(count)])
    return number


def test_a_plan_survives_a_restart_although_more_events_arrived(store: SpoolStore) -> None:
    number = _fill(store, 5)
    planned = next_batch(store, max_events=100)
    store.append(number, [raw_event(5), raw_event(6)])
    store.close()
    store.reconnect()
    again = next_batch(store, max_events=100)
    assert planned is not None
    assert again == planned
    acknowledge(store, planned, at_us=NOW)
    following = next_batch(store, max_events=100)
    assert following is not None
    assert [event.sequence for event in following.events] == [5, 6]


def test_one_delivery_holds_events_of_one_session_only(store: SpoolStore) -> None:
    _fill(store, 3)
    _fill(store, 2, session=2)
    first = next_batch(store, max_events=100)
    assert first is not None
    assert len(first.events) == 3
    acknowledge(store, first, at_us=NOW)
    second = next_batch(store, max_events=100)
    assert second is not None
    assert second.session == agent_session(2)


def test_halving_finds_the_one_event_that_is_refused(store: SpoolStore) -> None:
    _fill(store, 33)
    poisoned, deliveries, accepted = 20, 0, []
    while (batch := next_batch(store, max_events=100)) is not None:
        deliveries += 1
        sequences = [event.sequence for event in batch.events]
        if poisoned not in sequences:
            accepted += sequences
            acknowledge(store, batch, at_us=NOW)
        elif len(sequences) > 1:
            split(store, batch)
        else:
            quarantine(store, batch, reason="422")
    assert sorted(accepted) == [number for number in range(33) if number != poisoned]
    assert deliveries <= 14
    assert [(loss.reason, loss.event_count) for loss in store.list_losses()] == [(LossReason.POISONED, 1)]
    assert store.figures().quarantined_count == 1
    assert store.waiting_count == 0


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=10))
def test_a_key_says_what_is_delivered(bodies: list[bytes]) -> None:
    sequences = list(range(len(bodies)))
    key = batch_key("session", sequences, bodies)
    assert key == batch_key("session", sequences, bodies)
    assert key != batch_key("session", sequences, [*bodies[:-1], bodies[-1] + b"x"])
    assert len(key) <= 128
