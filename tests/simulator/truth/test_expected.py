"""The truth against an independent reading of the raw events: the rules of activities, spelled out in plain Python.

The reference knows nothing of scripts; the simulator knows nothing of the reference.
"""

from array import array
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.activity_states import OFF_THRESHOLD_US, ActivityState
from domain.contexts import Context
from domain.dates.days import day_bounds_us, local_day
from domain.event_batches import EventBatch
from domain.event_filters.predefined import PREDEFINED_EVENT_FILTERS
from domain.event_filters.rules import verdict
from domain.event_kinds import ENDS_OBSERVATION, KIND_BY_CODE, STATE_AFTER, EventKind
from simulator.office.people import workforce_people
from simulator.parameters import Parameters, Rates
from simulator.truth.expected import Truth
from simulator.workforce import PersonDay, simulate

INPUTS = {EventKind.CLICKED, EventKind.TYPED, EventKind.COPIED, EventKind.CUT, EventKind.PASTED, EventKind.SCROLLED}
#: Of an excluded context remains that attention was elsewhere, and whether somebody was there at all.
KEPT_OF_EXCLUDED = set(EventKind) - INPUTS - {EventKind.ELEMENT_CHANGED, EventKind.SUBMITTED}
EVENTFUL = Rates(
    visit_seconds=400,
    events_per_person_day=120,
    idle_share=0.2,
    short_lock_share=0.2,
    password_manager_share=0.15,
    private_share=0.7,
    long_lock_share=0.4,
    sleep_share=0.5,
    crash_share=0.6,
    absence_share=0.2,
    resent_batch_share=0.2,
    repeating_batch_share=0.4,
    late_batch_share=0.2,
    clock_ahead_share=1.0,
)


class Event(NamedTuple):
    occurred_us: int
    session_key: int
    sequence: int
    kind: EventKind
    context: Context | None
    """None: excluded."""


class Piece(NamedTuple):
    started_us: int
    ended_us: int
    state: ActivityState
    context: Context | None


def events_of(batch: EventBatch) -> Iterator[Event]:
    columns = [array(code, buffer) for code, buffer in (("q", batch.sequence), ("q", batch.occurred_at))]
    contexts = [
        None if verdict(PREDEFINED_EVENT_FILTERS, {**fields(each)}).is_excluded else each for each in batch.contexts
    ]
    for sequence, occurred_us, code, number in zip(*columns, batch.kind, array("I", batch.context), strict=True):
        yield Event(occurred_us, batch.session.key, sequence, KIND_BY_CODE[code], contexts[number])


def fields(context: Context) -> dict[str, str]:
    return {"application": context.application, "window_title": context.window_title, "url": context.url}


def stored_events(days: Iterable[PersonDay], parameters: Parameters) -> dict[str, list[Event]]:
    """By login: inside the collection window, once each, in order; of excluded contexts only the focus."""
    zones = {person.login: person.time_zone for person in workforce_people(parameters)}
    stored: dict[str, dict[tuple[int, int], Event]] = {}
    for delivery in (delivery for day in days for delivery in day.deliveries):
        login = delivery.batch.session.login
        opens_us = day_bounds_us(parameters.first_on, zones[login])[0]
        closes_us = day_bounds_us(parameters.last_on, zones[login])[1]
        for event in events_of(delivery.batch):
            if opens_us <= event.occurred_us < closes_us:
                stored.setdefault(login, {}).setdefault((event.session_key, event.sequence), event)
    return {login: sorted(events.values()) for login, events in stored.items()}


def stretches(events: list[Event]) -> Iterator[Piece | None]:
    """What lies between each event and the next; None where nobody is observed."""
    state: ActivityState | None = None
    for event, following in zip(events, [*events[1:], None], strict=True):
        state = None if event.kind in ENDS_OBSERVATION else STATE_AFTER.get(event.kind, state)
        if following is None:
            break  # everybody signs out in the end: nothing is open
        is_lost = following.kind is EventKind.SESSION_STARTED and state is not None
        if state is None or is_lost:
            yield None
        else:
            context = event.context if state is ActivityState.ACTIVE else None
            yield Piece(event.occurred_us, following.occurred_us, state, context)


def joined(pieces: Iterable[Piece | None]) -> list[Piece]:
    """Adjacent stretches of equal state and context are one; excluded attention (active in None) is nothing."""
    whole: list[Piece] = []
    for piece in pieces:
        if piece is None or piece.started_us == piece.ended_us:
            continue
        last = whole[-1] if whole else None
        if last and last.ended_us == piece.started_us and last[2:] == piece[2:]:
            whole[-1] = last._replace(ended_us=piece.ended_us)
        else:
            whole.append(piece)
    return [piece for piece in whole if piece.state is not ActivityState.ACTIVE or piece.context is not None]


def with_off(piece: Piece) -> Piece:
    can_be_off = piece.state in {ActivityState.LOCKED, ActivityState.PRIVATE}
    is_off = can_be_off and piece.ended_us - piece.started_us > OFF_THRESHOLD_US
    return piece._replace(state=ActivityState.OFF) if is_off else piece


def by_day(pieces: Iterable[Piece], time_zone: str) -> Iterator[Piece]:
    for piece in pieces:
        started_us = piece.started_us
        while started_us < piece.ended_us:
            midnight_us = day_bounds_us(local_day(started_us, time_zone), time_zone)[1]
            yield piece._replace(started_us=started_us, ended_us=min(midnight_us, piece.ended_us))
            started_us = midnight_us


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    working_days=st.integers(1, 4),
    last_on=st.sampled_from((date(2026, 3, 6), date(2026, 3, 31))),
)
def test_the_rules_of_activities_read_the_script_back_from_the_events(
    seed: int, working_days: int, last_on: date
) -> None:
    parameters = Parameters(
        last_on=last_on, seed=seed, people_per_team=1, working_days=working_days, events_per_batch=40, rates=EVENTFUL
    )
    assert_truth_is_found(parameters)


def test_a_late_shift_is_cut_at_midnight() -> None:
    parameters = Parameters(last_on=date(2026, 3, 6), people_per_team=4, working_days=3, rates=EVENTFUL)
    assert_truth_is_found(parameters)


def assert_truth_is_found(parameters: Parameters) -> None:
    days = list(simulate(parameters))
    truth = Truth()
    for day in days:
        truth.add(day.truth)
    stored = stored_events(days, parameters)
    assert sum(len(events) for events in stored.values()) == truth.counts.stored
    for login, person in truth.people.items():
        kept = [event for event in stored[login] if event.context is not None or event.kind in KEPT_OF_EXCLUDED]
        found = list(by_day(map(with_off, joined(stretches(kept))), person.time_zone))
        told = [Piece(each.started_us, each.ended_us, each.state, each.context) for each in person.activities]
        assert found == told
