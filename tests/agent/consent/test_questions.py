"""What is asked, of whom it is asked still, and how an answer given here stands."""

import msgspec

from agent.consent.book import ConsentAnswer
from agent.consent.questions import consent_here, facts_of, open_questions
from domain.assignments.terms import Cadence, Goal
from domain.dates.collection_windows import CollectionWindow
from domain.policies import Assignment, ConsentState

DAY_US = 86_400_000_000
START_US = 1_790_000_000_000_000 // DAY_US * DAY_US + DAY_US // 2
ASSIGNMENT = Assignment(
    7,
    "Invoices",
    "To see where time goes",
    ConsentState.PENDING,
    "May we?",
    CollectionWindow(1, START_US, START_US + DAY_US),
)


def _asked(assignment: Assignment, answers: dict[int, ConsentAnswer], *, now_us: int = START_US) -> bool:
    return bool(open_questions([assignment], answers, now_us=now_us))


def test_what_was_answered_here_is_asked_no_more() -> None:
    assert _asked(ASSIGNMENT, {})
    assert not _asked(ASSIGNMENT, {7: ConsentAnswer(is_accepted=True)})
    assert not _asked(ASSIGNMENT, {7: ConsentAnswer(is_accepted=False, is_told=True)})


def test_what_is_over_is_not_asked() -> None:
    assert not _asked(ASSIGNMENT, {}, now_us=START_US + DAY_US)


def test_a_no_given_here_holds_whatever_the_server_says() -> None:
    accepted = msgspec.structs.replace(ASSIGNMENT, consent=ConsentState.ACCEPTED)
    for is_told in (False, True):
        answers = {7: ConsentAnswer(is_accepted=False, is_told=is_told)}
        assert consent_here(accepted, answers) is ConsentState.DECLINED


def test_a_yes_given_here_holds_until_the_server_has_heard_it_and_then_its_word_counts() -> None:
    assert consent_here(ASSIGNMENT, {7: ConsentAnswer(is_accepted=True)}) is ConsentState.ACCEPTED
    assert consent_here(ASSIGNMENT, {7: ConsentAnswer(is_accepted=True, is_told=True)}) is ConsentState.PENDING


def test_every_fact_is_said_also_where_the_service_does_not_say_it() -> None:
    facts = dict(facts_of(msgspec.structs.replace(ASSIGNMENT, asked_by="Ada (analyst)")))
    assert list(facts) == ["Purpose", "Period", "Recorded", "Analyses", "Asked by", "Seen by"]
    assert facts["Asked by"] == "Ada (analyst)"
    assert "ask your manager" in facts["Seen by"]
    assert "2026" in facts["Period"]
    assert facts["Recorded"] == "all the time you work at this computer, outside private mode"
    assert "ask your manager" in facts["Analyses"]


def test_a_targeted_assignment_says_in_which_tasks_and_for_which_analyses() -> None:
    tasks, goals = ("refund", "onboarding"), (Goal.TASK_ACTIVITY, Goal.TASK_TIMELINE)
    facts = dict(facts_of(msgspec.structs.replace(ASSIGNMENT, cadence=Cadence.TARGETED, tasks=tasks, goals=goals)))
    assert facts["Recorded"] == "only while you record “refund”, “onboarding”, from your start to your stop"
    assert facts["Analyses"] == "task activity, task timeline"
