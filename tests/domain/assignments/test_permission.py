"""What assignments allow together, and which of them serve a project."""

import msgspec

from domain.assignments.permission import Permission, ProjectTerms, permission_of, serving
from domain.assignments.recordings import TaskMark
from domain.assignments.terms import ConsentState, Goal, Terms
from domain.dates.collection_windows import CollectionWindow
from tests.fixtures.assignments import continuous, targeted

MARKS = [TaskMark(session_key=7, occurred_us=at, sequence=at, is_start=at == 30, task_name="Refund") for at in (30, 60)]
WHOLE, FIRST = CollectionWindow(1, 0, 100), CollectionWindow(1, 0, 40)


def test_no_assignment_allows_nothing() -> None:
    assert permission_of([], MARKS) == Permission()
    assert not Permission().allows(5, session_key=7)


def test_a_targeted_assignment_allows_its_recordings_in_their_session() -> None:
    allowed = permission_of([targeted(WHOLE, "refund")], MARKS)
    assert [allowed.allows(at, session_key=7) for at in (29, 30, 60, 61)] == [False, True, True, False]
    assert not allowed.allows(40, session_key=8)


def test_a_declined_continuous_assignment_beside_it_changes_nothing() -> None:
    declined = msgspec.structs.replace(continuous(WHOLE), consent=ConsentState.DECLINED)
    alone = permission_of([targeted(WHOLE, "refund")], MARKS)
    assert permission_of([targeted(WHOLE, "refund"), declined], MARKS) == alone


def test_what_two_assignments_allow_is_told_once() -> None:
    allowed = permission_of([targeted(WHOLE, "refund"), continuous(FIRST)], MARKS)
    assert allowed == Permission(((0, 40),), {7: ((40, 61),)})
    assert allowed.observed == ((0, 61),)


def test_what_began_before_the_days_of_a_project_is_part_of_it_from_its_first_day() -> None:
    allowed = permission_of([targeted(WHOLE, "refund"), continuous(FIRST)], MARKS)
    assert allowed.clipped((35, 50)) == Permission(((35, 40),), {7: ((40, 50),)})
    assert allowed.clipped((70, 90)) == Permission()


def test_a_project_is_served_by_its_own_requests_and_by_pools_that_it_names_and_that_cover_it() -> None:
    pool, other = continuous(WHOLE, approval_id=1), continuous(WHOLE, approval_id=2)
    own = msgspec.structs.replace(continuous(WHOLE, approval_id=3), project_id=5)
    foreign = msgspec.structs.replace(continuous(WHOLE, approval_id=4), project_id=6)
    everything = [pool, other, own, foreign]
    assert serving(ProjectTerms(project_id=5, terms=Terms()), everything) == (own,)
    assert serving(ProjectTerms(project_id=5, terms=Terms(), pools=frozenset({1, 4})), everything) == (pool, own)
    more = Terms(goals=frozenset(Goal))
    assert serving(ProjectTerms(project_id=5, terms=more, pools=frozenset({1})), everything) == ()
