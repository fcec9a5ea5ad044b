"""Decides which days to rebuild when events have landed: those they touch, and those whose end they change."""

from collections.abc import Iterable, Sequence
from datetime import date

from domain.dates.days import local_day
from pipelines.mining.days.carried_states import UNDECIDED_STATES, UNOBSERVED, CarriedState
from pipelines.mining.facts.calendar import days_between, days_with_windows, end_of_day_us
from pipelines.mining.facts.collection import CollectionFacts
from pipelines.mining.raw_events.touched_days import TouchedDay

Days = tuple[date, ...]


def days_to_rebuild(
    carried: Sequence[CarriedState],
    touched: Sequence[TouchedDay],
    facts: CollectionFacts,
    *,
    also: Iterable[date] = (),
) -> list[Days]:
    """Ranges in order of time, each to be built in one go; within a range, days without any window are left out.

    `carried` is in order of day. A day before a touched one belongs to it when the last stretch of some person there
    ends elsewhere now, or may no longer be what it was taken for. `also` are days somebody asked for.
    """
    built = sorted({each.day for each in carried})
    chosen = set(also)
    for day in sorted({each.day for each in touched}):
        chosen.add(day)
        before = max((each for each in built if each < day), default=None)
        if before is not None:
            chosen.update(_days_changed_before(day, before, carried, touched, facts))
    touched_on = sorted({each.day for each in touched})
    if touched_on:  # a weekend nobody worked still has its share of the lock that began on Friday
        chosen.update(set(days_between(touched_on[0], touched_on[-1])) - set(built))
    collectable = days_with_windows(facts, chosen) | {each.day for each in touched} | set(also)
    return _ranges(sorted(chosen & collectable), set(built))


def next_built_days(
    old: Iterable[CarriedState],
    new: Iterable[CarriedState],
    built: Iterable[date],
    last: date,
    facts: CollectionFacts,
) -> Days:
    """After a range that ends with `last` was built: the next built day, when what it starts from has changed for
    anybody, and the days before it on which anything may be kept; else none."""
    outlook_before = {each.workstation_user_id: each.outlook for each in old if each.day == last}
    outlook_after = {each.workstation_user_id: each.outlook for each in new if each.day == last}
    following = min((day for day in built if day > last), default=None)
    if following is None or outlook_before == outlook_after:
        return ()
    between = [day for day in days_between(last, following) if last < day < following]
    return (*sorted(days_with_windows(facts, between)), following)


def _days_changed_before(
    day: date,
    before: date,
    carried: Sequence[CarriedState],
    touched: Sequence[TouchedDay],
    facts: CollectionFacts,
) -> set[date]:
    """Days earlier than `day` that follow from it; `before` is the last built day before it."""
    changed: set[date] = set()
    for each in carried:
        if each.day != before or each.state == UNOBSERVED:
            continue
        time_zone = facts.time_zones.get(each.workstation_user_id)
        if time_zone is None:
            continue
        changed.update(days_between(before, day)[1:])
        if _ends_elsewhere(each, carried, touched, end_of_day_us(before, time_zone), facts.off_threshold_us):
            start = each.stretch_started_us if each.state in UNDECIDED_STATES else each.last_event_us
            changed.update(days_between(local_day(start, time_zone), day))
    return changed


def _ends_elsewhere(
    state: CarriedState,
    carried: Sequence[CarriedState],
    touched: Sequence[TouchedDay],
    day_ends_us: int,
    off_threshold_us: int,
) -> bool:
    """Whether new events can change the end of a person's last stretch of a day, or the verdict on it."""
    person = state.workstation_user_id
    known_next = min(
        (
            each.first_event_us
            for each in carried
            if each.workstation_user_id == person and each.day > state.day and each.first_event_us is not None
        ),
        default=None,
    )
    new_next = min(
        (each.first_us for each in touched if each.workstation_user_id == person and each.day > state.day), default=None
    )
    if new_next is not None:
        return known_next is None or new_next < known_next
    if known_next is not None or state.state == "active":
        return False
    is_decided = state.state not in UNDECIDED_STATES or state.ended_us - state.stretch_started_us > off_threshold_us
    return state.ended_us < day_ends_us or not is_decided


def _ranges(days: Sequence[date], built: set[date]) -> list[Days]:
    """Parts the days where a built day lies between two of them."""
    ranges: list[list[date]] = []
    for day in days:
        if ranges and not any(each in built for each in days_between(ranges[-1][-1], day)[1:-1]):
            ranges[-1].append(day)
        else:
            ranges.append([day])
    return [tuple(each) for each in ranges]
