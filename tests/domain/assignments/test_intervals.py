"""Intervals behave as the sets of instants that they stand for."""

from hypothesis import given
from hypothesis import strategies as st

from domain.assignments.intervals import intersection, union_of, without
from domain.dates.collection_windows import Interval, covers

SOME = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=5)


@given(SOME, SOME, st.integers(0, 20))
def test_each_instant_is_where_the_sets_have_it(some: list[Interval], others: list[Interval], instant: int) -> None:
    is_in = [any(start <= instant < end for start, end in each) for each in (some, others)]
    assert covers(union_of(some), instant) is is_in[0]
    assert covers(intersection(some, others), instant) is (is_in[0] and is_in[1])
    assert covers(without(some, others), instant) is (is_in[0] and not is_in[1])
