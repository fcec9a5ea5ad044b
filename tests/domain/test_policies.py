"""The policy an agent polls: it allows nothing by default, and whatever is no policy allows nothing."""

import pytest

from domain.dates.collection_windows import CollectionWindow
from domain.errors import DomainError
from domain.event_filters.predefined import PREDEFINED_EVENT_FILTERS
from domain.event_filters.rules import record_of_event_filter
from domain.policies import AgentPolicy, AgentSettings, Assignment, ConsentState, decode_policy, encode_policy


def assignment(consent: ConsentState, *, person: int = 1) -> Assignment:
    return Assignment(7, "Service desk study", "Find waits", consent, "May we?", CollectionWindow(person, 10, 20))


def test_a_policy_without_assignments_opens_no_window() -> None:
    assert AgentPolicy("v1", 1, "mia").consented_windows == ()


@pytest.mark.parametrize("consent", [ConsentState.PENDING, ConsentState.DECLINED])
def test_an_assignment_without_a_yes_opens_no_window(consent: ConsentState) -> None:
    assert AgentPolicy("v1", 1, "mia", (assignment(consent),)).consented_windows == ()


def test_a_policy_survives_its_journey() -> None:
    filters = tuple(record_of_event_filter(each) for each in PREDEFINED_EVENT_FILTERS)
    policy = AgentPolicy("v1", 1, "mia", (assignment(ConsentState.ACCEPTED),), filters)
    decoded = decode_policy(encode_policy(policy))
    assert decoded == policy
    assert decoded.consented_windows == ((10, 20),)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "cannot be read"),
        (b"\xff", "cannot be read"),
        (b"<html>", "check the server's version"),
        (encode_policy(AgentPolicy("v", 1, "mia", form=99)), "update the agent"),
        (encode_policy(AgentPolicy("v", 1, "mia", (assignment(ConsentState.ACCEPTED, person=2),))), "another person's"),
    ],
)
def test_what_is_no_policy_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        decode_policy(data)


def test_a_policy_of_before_gives_what_it_does_not_know_its_default() -> None:
    stored = b'{"version":"v1","workstation_user_id":1,"login":"mia","settings":{"idle_threshold_seconds":240}}'
    assert decode_policy(stored).settings == AgentSettings(idle_threshold_seconds=240)


@pytest.mark.parametrize("name", ["private_mode_seconds", "task_after_lock_seconds", "task_limit_seconds"])
def test_a_length_that_is_none_makes_a_policy_unreadable(name: str) -> None:
    with pytest.raises(DomainError, match="cannot be read"):
        decode_policy(b'{"version":"v","workstation_user_id":1,"login":"mia","settings":{"%b":0}}' % name.encode())
