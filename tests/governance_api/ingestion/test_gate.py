"""The gate: nothing without a window, one reason per refused event, and the same answer for one event as for many."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.dates.collection_windows import CollectionWindow, covers, union
from domain.losses import LossReason
from governance_api.ingestion.gate import CLOCK_TOLERANCE_US, Windows, admit
from governance_api.ingestion.wire_forms.event_columns import EventColumns

INSTANTS = st.lists(st.integers(0, 60), min_size=1, max_size=8)
WINDOWS = st.lists(st.builds(CollectionWindow, st.just(1), st.integers(0, 60), st.integers(0, 60)), max_size=4).map(
    union
)
NOW_US = 50 - CLOCK_TOLERANCE_US


def columns(instants: list[int]) -> EventColumns:
    zeros = np.zeros(len(instants), np.int32)
    return EventColumns(
        sequence=np.arange(len(instants)),
        occurred_at_us=np.array(instants, np.int64),
        kind=zeros.astype(np.uint8),
        context=zeros,
        source=zeros,
        element=zeros,
        task=zeros,
        key_count=zeros,
        value_length=zeros,
    )


def test_without_windows_nothing_is_admitted() -> None:
    admitted, refusals = admit(columns([1, 2]), always=Windows(), approved=Windows(), now_us=10)
    assert len(admitted) == 0
    assert [(each.reason, each.event_count) for each in refusals] == [(LossReason.OUTSIDE_COLLECTION_WINDOW, 2)]


def test_what_is_refused_is_named_by_its_sequence() -> None:
    open_windows = Windows(((0, 5),))
    _, refusals = admit(columns([1, 9, 60, 2]), always=open_windows, approved=open_windows, now_us=NOW_US)
    assert {each.reason: each.sequences for each in refusals} == {
        LossReason.OUTSIDE_COLLECTION_WINDOW: (1,),
        LossReason.CLOCK_AHEAD: (2,),
    }


@given(INSTANTS, WINDOWS, WINDOWS)
def test_every_event_has_the_one_fate_that_its_instant_gives_it(
    instants: list[int], consenting: tuple[tuple[int, int], ...], approved: tuple[tuple[int, int], ...]
) -> None:
    admitted, refusals = admit(columns(instants), always=Windows(consenting), approved=Windows(approved), now_us=NOW_US)

    def fate(instant: int) -> LossReason | None:
        if instant > 50:
            return LossReason.CLOCK_AHEAD
        if covers(consenting, instant):
            return None
        return LossReason.NOT_CONSENTED if covers(approved, instant) else LossReason.OUTSIDE_COLLECTION_WINDOW

    fates = [fate(instant) for instant in instants]
    assert admitted.sequence.tolist() == [i for i, reason in enumerate(fates) if reason is None]
    for refusal in refusals:
        own = [instant for instant, reason in zip(instants, fates, strict=True) if reason is refusal.reason]
        assert (refusal.event_count, refusal.first_at_us, refusal.last_at_us) == (len(own), min(own), max(own))
    assert len(admitted) + sum(refusal.event_count for refusal in refusals) == len(instants)
