"""What a history of an assignment allows: dates, closings and answers; the empty case first."""

from datetime import UTC, datetime
from typing import Any

from domain.assignments.assignment import read_assignment
from domain.assignments.terms import ConsentState
from domain.dates.collection_windows import END_OF_TIME_US


def at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def us(*seconds: int) -> tuple[int, ...]:
    return tuple(second * 1_000_000 for second in seconds)


def row(**columns: Any) -> dict[str, Any]:
    """A continuous assignment from second 10 to 100, accepted at agent 8 before it, of an open project."""
    answers = columns.get("answers", ["accepted"])
    return {
        "approval_id": 1,
        "data_request_id": 2,
        "workstation_user_id": 3,
        "project_id": 4,
        "goals": ["overall_activity"],
        "collection_cadence": "continuous",
        "visibility": "group",
        "anonymization_level": "anonymized_code",
        "starts_at": at(10),
        "ends_at": at(100),
        "is_under_way": True,
        "closed_at": [],
        "reopened_at": [],
        "answers": ["accepted"],
        "answered_at": [at(5)],
        "answered_by": [8] * len(answers),
        "tasks": [],
        **columns,
    }


def test_without_an_answer_or_an_opened_project_nothing_is_allowed() -> None:
    assert read_assignment(row(answers=[], answered_at=[])).stretches == ()
    assert read_assignment(row(is_under_way=False)).stretches == ()


def test_what_was_accepted_is_allowed_for_its_dates() -> None:
    assert read_assignment(row()).stretches == (us(10, 100),)
    assert read_assignment(row(ends_at=None)).stretches == ((10_000_000, END_OF_TIME_US),)


def test_a_closing_ends_collecting_and_a_reopening_resumes_it() -> None:
    closed = row(closed_at=[at(20)], reopened_at=[None])
    assert read_assignment(closed).stretches == (us(10, 20),)
    again = row(closed_at=[at(20), at(50)], reopened_at=[at(30), None])
    assert read_assignment(again).stretches == (us(10, 20), us(30, 50))


def test_a_no_takes_back_everything_and_a_yes_after_it_leaves_out_the_time_between() -> None:
    declined = read_assignment(row(answers=["accepted", "declined"], answered_at=[at(5), at(40)]))
    assert (declined.consent, declined.stretches) == (ConsentState.DECLINED, ())
    answers = ["declined", "accepted", "declined", "declined", "accepted"]
    again = read_assignment(row(answers=answers, answered_at=[at(5), at(15), at(40), at(50), at(60)]))
    assert again.stretches == (us(15, 40), us(60, 100))


def test_a_yes_counts_at_the_agent_where_it_was_given_and_a_no_at_all() -> None:
    accepted = read_assignment(row())
    assert [accepted.at_agent(agent).consent for agent in (8, 9)] == [ConsentState.ACCEPTED, ConsentState.PENDING]
    answers: dict[str, Any] = {"answers": ["accepted", "declined"], "answered_at": [at(5), at(40)]}
    declined = read_assignment(row(**answers, answered_by=[8, 9]))
    assert [declined.at_agent(agent).consent for agent in (8, 9)] == [ConsentState.DECLINED] * 2
    answers = {"answers": ["accepted", "declined", "accepted"], "answered_at": [at(5), at(40), at(60)]}
    again = read_assignment(row(**answers, answered_by=[8, 9, 8]))
    assert again.at_agent(8).stretches == (us(10, 40), us(60, 100))
    assert again.at_agent(9).consent is ConsentState.PENDING
