"""Changes a person's registered time zone without moving a day that has begun."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from domain.dates.days import NOTICE_US, zone_change_us
from domain.dates.time_zones import with_former_zones
from domain.event_batches import from_microseconds, to_microseconds
from governance_api.people.tables import FormerTimeZone, WorkstationUser

#: Nothing of a person can have been stored before a window was opened for them.
WERE_COLLECTED = text(
    "select distinct workstation_user_id from governance.collection_windows where workstation_user_id in :people"
).bindparams(bindparam("people", expanding=True))


def time_zones_of(session: Session, people: Collection[WorkstationUser]) -> dict[int, str]:
    """Each person's zone with those before it, as `domain.dates.time_zones` has it; in one query."""
    former = _former(session, people)
    return {person.workstation_user_id: _with_former(person, former[person.workstation_user_id]) for person in people}


def end_time_zones(session: Session, people: Collection[WorkstationUser], *, now: datetime) -> None:
    """Keeps the zone of each of these people, whose zone is about to change, until the new one is in force.

    For somebody of whom nothing can have been stored yet, a change corrects a mistake and holds for all days. Otherwise
    the new zone begins with a local day that is still to come, and a change that waits for that day is replaced.
    As many queries for many people as for one.
    """
    ids = [person.workstation_user_id for person in people]
    were_collected = set(session.scalars(WERE_COLLECTED, {"people": ids})) if ids else set()
    former = _former(session, [person for person in people if person.workstation_user_id in were_collected])
    now_us = to_microseconds(now)
    session.add_all(
        FormerTimeZone(
            workstation_user_id=person.workstation_user_id,
            time_zone=person.time_zone,
            ended_at=from_microseconds(
                zone_change_us(now_us, _with_former(person, former[person.workstation_user_id]))
            ),
        )
        for person in people
        if person.workstation_user_id in were_collected
        and not any(to_microseconds(each.ended_at) > now_us + NOTICE_US for each in former[person.workstation_user_id])
    )


def _with_former(person: WorkstationUser, former: Collection[FormerTimeZone]) -> str:
    return with_former_zones(person.time_zone, [(each.time_zone, to_microseconds(each.ended_at)) for each in former])


def _former(session: Session, people: Collection[WorkstationUser]) -> dict[int, list[FormerTimeZone]]:
    """By person, oldest first; in one query."""
    of_people = FormerTimeZone.workstation_user_id.in_([person.workstation_user_id for person in people])
    found: dict[int, list[FormerTimeZone]] = defaultdict(list)
    for each in session.scalars(select(FormerTimeZone).where(of_people).order_by(FormerTimeZone.ended_at)):
        found[each.workstation_user_id].append(each)
    return found
