"""Changes a person's registered time zone without moving a day that has begun."""

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from domain.dates.days import NOTICE_US, zone_change_us
from domain.dates.time_zones import with_former_zones
from domain.event_batches import from_microseconds, to_microseconds
from governance_api.people.tables import FormerTimeZone, WorkstationUser

#: Nothing of a person can have been stored before a window was opened for them.
WAS_COLLECTED = text(
    "select exists (select from governance.collection_windows where workstation_user_id = :workstation_user_id)"
)


def time_zone_of(session: Session, person: WorkstationUser) -> str:
    """The person's zone with those before it, as `domain.dates.time_zones` has it."""
    former = [(each.time_zone, to_microseconds(each.ended_at)) for each in _former(session, person)]
    return with_former_zones(person.time_zone, former)


def change_time_zone(session: Session, person: WorkstationUser, time_zone: str, *, now: datetime) -> None:
    """For somebody of whom nothing can have been stored yet, this corrects a mistake and holds for all days. Otherwise
    the zone begins with a local day that is still to come, and a change that waits for that day is replaced."""
    if session.scalar(WAS_COLLECTED, {"workstation_user_id": person.workstation_user_id}):
        now_us = to_microseconds(now)
        pending = [each for each in _former(session, person) if to_microseconds(each.ended_at) > now_us + NOTICE_US]
        if not pending:
            ended_at = from_microseconds(zone_change_us(now_us, time_zone_of(session, person)))
            session.add(
                FormerTimeZone(
                    workstation_user_id=person.workstation_user_id, time_zone=person.time_zone, ended_at=ended_at
                )
            )
    person.time_zone = time_zone
    session.flush()


def _former(session: Session, person: WorkstationUser) -> list[FormerTimeZone]:
    of_person = FormerTimeZone.workstation_user_id == person.workstation_user_id
    return list(session.scalars(select(FormerTimeZone).where(of_person).order_by(FormerTimeZone.ended_at)))
