"""Terms cover the same or less, in every respect."""

import pytest

from domain.aliases import AnonymizationLevel
from domain.assignments.terms import Cadence, Goal, Terms, Visibility

GIVEN = Terms(
    goals=frozenset({Goal.OVERALL_ACTIVITY, Goal.TASK_ACTIVITY}),
    visibility=Visibility.INDIVIDUAL,
    applications_with_named_content=frozenset({"saplogon"}),
)


@pytest.mark.parametrize(
    ("wanted", "is_covered"),
    [
        (GIVEN, True),
        (Terms(), True),
        (Terms(goals=frozenset({Goal.TASK_TIMELINE})), False),
        (Terms(cadence=Cadence.TARGETED), False),
        (Terms(anonymization_level=AnonymizationLevel.INITIALS), False),
        (Terms(applications_with_named_content=frozenset({"saplogon"})), True),
        (Terms(applications_with_named_content=frozenset({"saplogon", "mail"})), False),
    ],
)
def test_what_was_agreed_to_covers_the_same_or_less(wanted: Terms, is_covered: bool) -> None:
    assert GIVEN.cover(wanted) is is_covered


def test_individual_results_need_individual_visibility() -> None:
    assert not Terms().cover(Terms(visibility=Visibility.INDIVIDUAL))
