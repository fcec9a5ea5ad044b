"""Nothing is sent before it is known how its clock differed, and then it has the server's time, to the microsecond."""

from pathlib import Path

import pytest

from agent.spool.deliveries import next_batch
from agent.spool.rows import StampingClock
from agent.spool.session_clocks import known_shift_us, settle_clocks
from agent.spool.store import SpoolStore
from domain.event_batches import to_microseconds
from tests.agent.builders import NOW, SECOND, agent_session, raw_event

DAY = 86_400 * SECOND
CLOCK = StampingClock("boot", NOW - 100 * SECOND)


@pytest.fixture
def store(tmp_path: Path) -> SpoolStore:
    return SpoolStore(tmp_path / "spool.sqlite")


def _fill(store: SpoolStore, clock: StampingClock, *, session: int = 1) -> None:
    number = store.begin_session(agent_session(session), clock=clock)
    store.append(number, [raw_event(sequence) for sequence in range(3)])


def _times(store: SpoolStore) -> list[int]:
    batch = next_batch(store, max_events=10)
    return [] if batch is None else [to_microseconds(event.occurred_at) for event in batch.events]


@pytest.mark.parametrize("shift_us", [0, 16 * SECOND, -600 * SECOND, -DAY])
def test_what_a_wrong_clock_stamped_waits_and_is_sent_in_the_servers_time(store: SpoolStore, shift_us: int) -> None:
    _fill(store, CLOCK)
    assert _times(store) == []
    assert store.waiting_count == 3
    settle_clocks(store, CLOCK, shift_us=shift_us, wall_shift_us=shift_us, server_us=NOW + 10 * SECOND + shift_us)
    assert _times(store) == [NOW + shift_us + number * SECOND for number in range(3)]


def test_a_session_of_the_same_boot_is_moved_by_what_its_own_clock_was_wrong(store: SpoolStore) -> None:
    """It began while the clock was an hour ahead; the present one began after that was mended."""
    _fill(store, StampingClock("boot", CLOCK.wall_minus_boot_us + 3600 * SECOND))
    settle_clocks(store, CLOCK, shift_us=0, wall_shift_us=0, server_us=NOW)
    assert _times(store)[0] == NOW - 3600 * SECOND


def test_a_session_before_the_last_boot_is_never_ahead_of_the_server(store: SpoolStore) -> None:
    _fill(store, StampingClock("former boot", CLOCK.wall_minus_boot_us + DAY))
    settle_clocks(store, CLOCK, shift_us=0, wall_shift_us=0, server_us=NOW - DAY)
    assert _times(store)[-1] == NOW - DAY


def test_within_a_boot_the_clocks_need_not_be_compared_again(store: SpoolStore) -> None:
    assert known_shift_us(store, CLOCK) is None
    settle_clocks(store, CLOCK, shift_us=-600 * SECOND, wall_shift_us=-600 * SECOND, server_us=NOW)
    assert known_shift_us(store, CLOCK) == -600 * SECOND
    assert known_shift_us(store, StampingClock("boot", CLOCK.wall_minus_boot_us - 600 * SECOND)) == 0
    assert known_shift_us(store, StampingClock("another boot", CLOCK.wall_minus_boot_us)) is None


def test_another_difference_makes_another_delivery(store: SpoolStore) -> None:
    keys = set()
    for shift_us in (0, 16 * SECOND):
        _fill(store, CLOCK, session=1)
        settle_clocks(store, CLOCK, shift_us=shift_us, wall_shift_us=shift_us, server_us=NOW)
        with store.transaction() as connection:
            connection.execute("delete from batches")
        batch = next_batch(store, max_events=10)
        assert batch is not None
        keys.add(batch.batch_key)
    assert len(keys) == 2
