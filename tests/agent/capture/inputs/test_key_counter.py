"""Keys are counted once per press, and no key is known after it is up."""

from hypothesis import given
from hypothesis import strategies as st

from agent.capture.inputs.key_counter import DOWN_MAX, KeyCounter


def test_a_key_that_repeats_counts_once() -> None:
    counter = KeyCounter()
    assert counter.press(38)
    assert not counter.press(38)
    counter.release(38)
    assert counter.press(38)


@given(st.lists(st.integers(8, 255), max_size=200))
def test_nothing_is_kept_of_keys_that_are_up(codes: list[int]) -> None:
    counter = KeyCounter()
    for code in codes:
        counter.release(code)
        assert counter.press(code)
    for code in codes:
        counter.release(code)
    assert not counter._down


def test_missed_releases_never_pile_up() -> None:
    counter = KeyCounter()
    for code in range(10 * DOWN_MAX):
        counter.press(code)
    assert len(counter._down) <= DOWN_MAX
