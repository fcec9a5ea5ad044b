"""What several decisions add up to, and which may follow which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance_api.data_requests.decisions import (
    MAY_FOLLOW,
    Decision,
    PersonStage,
    RequestStage,
    stage_of_decisions,
    stage_of_person,
)

decisions = st.lists(st.sampled_from(Decision))


def test_a_request_that_asks_nobody_waits() -> None:
    assert stage_of_decisions([]) is RequestStage.WAITING_FOR_APPROVAL
    assert stage_of_person([]) is PersonStage.REQUIRED


@given(decisions)
def test_a_request_is_as_willing_as_its_most_reluctant_approver(found: list[Decision]) -> None:
    stage = stage_of_decisions(found)
    assert (stage is RequestStage.CANCELLED) == bool({Decision.REJECTED, Decision.WITHDRAWN} & set(found))
    assert (stage is RequestStage.APPROVED) == (set(found) == {Decision.APPROVED})


@given(decisions)
def test_a_no_stands_until_somebody_asks_again(found: list[Decision]) -> None:
    assert (stage_of_person(found) is PersonStage.APPROVED) == (Decision.APPROVED in found)
    assert stage_of_person([*found, Decision.PENDING]) in {PersonStage.APPROVED, PersonStage.REQUESTED}


@pytest.mark.parametrize("final", [Decision.REJECTED, Decision.WITHDRAWN])
def test_what_was_refused_stays_refused(final: Decision) -> None:
    assert not MAY_FOLLOW[final]
    assert set(MAY_FOLLOW) == set(Decision)
