"""Every failed sign-in is in one entry's count, and no number of them makes more than so many entries."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, event
from sqlalchemy.orm import Session

from governance_api.audit.refusals.counted import INTERVAL, TOLD_APART, Failure, has_rest, tell_rest, write_failures
from governance_api.audit.service import AuditTag, list_audit_entries, reading_links
from governance_api.audit.tables import AuditEntry, FailedSignIns
from governance_api.audit.verification import walk
from governance_api.edge.paging import Page
from governance_api.errors import WayIn
from governance_api.sessions import build_sessions

NOW = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)
GUESS = Failure(way_in=WayIn.PASSWORD, account="7", address="192.0.2.0/24")


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """What a test adds is rolled back."""
    with build_sessions(engine)() as session:
        yield session


def write(session: Session, counts: dict[Failure, int], *, at: datetime = NOW) -> None:
    write_failures(session, counts, address_rule=lambda _: lambda address: address, now=at)


def entries(session: Session) -> list[AuditEntry]:
    session.flush()
    session.expire_all()
    return list_audit_entries(session, Page(limit=1_000), tag=AuditTag.SIGN_IN_REFUSED)


def told(session: Session) -> list[tuple[str, int]]:
    return [(each.noun_id, each.facts["count"]) for each in entries(session)]


def test_the_first_is_told_at_once_and_the_others_of_the_hour_in_one(session: Session) -> None:
    write(session, {GUESS: 1})
    assert told(session) == [("7", 1)]
    for minute in range(1, 59):
        write(session, {GUESS: 10}, at=NOW + timedelta(minutes=minute))
    assert told(session) == [("7", 1)]
    assert not has_rest(session, now=NOW + timedelta(minutes=59))
    assert has_rest(session, now=NOW + INTERVAL)
    tell_rest(session, now=NOW + INTERVAL)
    assert told(session) == [("7", 1), ("7", 580)]
    facts = entries(session)[1].facts
    assert (facts["way_in"], facts["address"]) == ("password", "192.0.2.0/24")
    assert facts["first_at"].startswith("2025-11-03 09:00")
    assert facts["last_at"].startswith("2025-11-03 09:58")
    assert not has_rest(session, now=NOW + 9 * INTERVAL)


def test_an_hour_with_one_needs_no_second_entry_and_the_next_hour_begins_anew(session: Session) -> None:
    write(session, {GUESS: 1})
    write(session, {GUESS: 1}, at=NOW + INTERVAL)
    assert told(session) == [("7", 1), ("7", 1)]


def test_whoever_guesses_everywhere_fills_nothing_and_every_guess_is_counted(session: Session) -> None:
    draws = random.Random(7)
    sent: Counter[WayIn] = Counter()
    instant = NOW
    for _ in range(12):
        instant += timedelta(minutes=draws.randrange(12))
        counts: Counter[Failure] = Counter()
        for _ in range(draws.randrange(60)):
            way_in = draws.choice([WayIn.PASSWORD, WayIn.TOKEN])
            address = f"192.0.{draws.randrange(2)}.{draws.randrange(200)}"
            counts[Failure(way_in=way_in, account=str(draws.randrange(3)), address=address)] += draws.randrange(1, 4)
        write(session, counts, at=instant)
        for failure, count in counts.items():
            sent[failure.way_in] += count
    tell_rest(session, now=instant + INTERVAL)
    found = entries(session)
    for way_in, count in sent.items():
        assert sum(each.facts["count"] for each in found if each.facts["way_in"] == way_in) == count
    hours = (instant - NOW) // INTERVAL + 2
    assert len(found) <= hours * 2 * (TOLD_APART + len(sent))
    assert any(each.noun_id == "many" and each.facts["address"] == "" for each in found)
    with reading_links(session) as links:
        assert walk(links).faults == []


def test_no_more_is_kept_of_an_address_than_is_told(session: Session) -> None:
    write_failures(session, {GUESS: 1}, address_rule=lambda _: lambda _: "", now=NOW)
    assert [each.facts["address"] for each in entries(session)] == [""]
    assert [row.address for row in session.scalars(delete(FailedSignIns).returning(FailedSignIns))] == [""]


def test_a_thousand_take_as_many_statements_as_a_few(session: Session, engine: Engine) -> None:
    def statements(addresses: int, *, at: datetime) -> int:
        sent: list[str] = []

        def note(_: object, __: object, statement: str, *___: object) -> None:
            sent.append(statement)

        counts = {replace(GUESS, address=f"192.{number}.0.1"): 1 for number in range(addresses)}
        event.listen(engine, "before_cursor_execute", note)
        try:
            write(session, counts, at=at)
            session.flush()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    hours = [NOW + place * INTERVAL for place in range(4)]
    statements(1, at=NOW)
    assert statements(2, at=hours[1]) == statements(1_000, at=hours[2]) == statements(1_000, at=hours[3])
