"""What the filters and redaction leave of an event; in doubt, nothing."""

from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec
import pytest

from agent.policy.drafts import Draft, ObservedContext
from agent.policy.filtering import MASK_ALL, Filtering
from agent.policy.held_policy import compile_filters
from domain.event_filters.rules import EventFilterRecord
from domain.event_kinds import DEFINITIONS, EventKind
from domain.raw_events import RawEvent
from tests.agent.builders import NOW, policy, raw_event

PAYROLL = {"field": "window_title", "operator": "contains", "value": "payroll"}


def _filtering(*records: EventFilterRecord) -> Filtering:
    return Filtering(compile_filters(policy(event_filters=records)))


def _draft(kind: EventKind = EventKind.CLICKED, *, title: str = "Payroll of Jane", **fields: Any) -> Draft:
    return Draft(kind, NOW, ObservedContext("erp", title, "https://erp.example/payroll"), **fields)


def test_without_readable_filters_everything_is_masked() -> None:
    event = Filtering(None).raw_event(_draft(key_count=5), sequence=0)
    assert event is not None
    assert (event.application, event.window_title, event.url) == ("BLOCKLISTED",) * 3
    assert event.key_count == 0


def test_one_unreadable_filter_masks_everything_and_is_named() -> None:
    compiled = compile_filters(policy(event_filters=(EventFilterRecord("Broken", "exclude", {"field": "nonsense"}),)))
    assert compiled.unreadable == ("Broken",)
    event = Filtering(compiled).raw_event(_draft(title="Anything"), sequence=0)
    assert event is not None
    assert event.window_title == "BLOCKLISTED"


def test_a_filter_that_fails_while_it_is_asked_masks_everything() -> None:
    def judge(fields: Mapping[str, str]) -> NoReturn:
        raise RuntimeError

    filtering = Filtering(msgspec.structs.replace(compile_filters(policy()), judge=judge))
    assert filtering.verdict(EventKind.CLICKED, ObservedContext("a", "b")) == MASK_ALL
    assert filtering.failure_count == 1


def test_a_replacing_filter_masks_what_it_names_and_keeps_the_time() -> None:
    event = _filtering(EventFilterRecord("Payroll", "replace", PAYROLL, ("name",))).raw_event(_draft(), sequence=3)
    assert event is not None
    assert (event.window_title, event.application, event.sequence) == ("BLOCKLISTED", "erp", 3)


@pytest.mark.parametrize("kind", EventKind)
def test_in_an_excluded_context_only_states_are_kept_and_without_context(kind: EventKind) -> None:
    event = _filtering(EventFilterRecord("Payroll", "exclude", PAYROLL)).raw_event(_draft(kind), sequence=0)
    if not DEFINITIONS[kind].is_kept_of_excluded:
        assert event is None
    else:
        assert event is not None
        assert (event.application, event.window_title, event.url) == ("", "", "")


def test_the_predefined_filters_hold_whatever_the_policy_says() -> None:
    filtering = Filtering(compile_filters(policy(event_filters=())))
    assert filtering.raw_event(_draft(title="Vault - Bitwarden"), sequence=0) is None
    assert filtering.raw_event(_draft(title="News (Incognito)"), sequence=0) is None


def test_redaction_is_on_by_default_and_gives_receipts() -> None:
    filtering = _filtering()
    event = filtering.raw_event(_draft(title="Mail to jane@example.org"), sequence=0)
    assert event is not None
    assert event.window_title == "Mail to [e-mail]"
    assert filtering.receipts["e-mail"] == 1


def test_a_title_of_a_megabyte_is_cut() -> None:
    event = _filtering().raw_event(_draft(title="A report " * 120_000), sequence=0)
    assert event is not None
    assert len(event.window_title) <= 4096
    assert msgspec.json.decode(msgspec.json.encode(event), type=RawEvent) == event


def test_texts_are_recorded_in_their_one_form_and_filters_compare_that() -> None:
    odd = "Pay\u00adroll\u200b\n  Zu\u0308rich \ud800"
    event = _filtering().raw_event(_draft(title=odd), sequence=0)
    assert event is not None
    assert event.window_title == "Payroll Z\u00fcrich \ufffd"
    excluding = _filtering(EventFilterRecord("Payroll", "exclude", PAYROLL))
    assert excluding.raw_event(_draft(title=odd), sequence=0) is None


def test_what_is_secret_is_found_behind_characters_that_nobody_sees() -> None:
    event = _filtering().raw_event(_draft(title="Mail to jane@exa\u200bmple.org"), sequence=0)
    assert event is not None
    assert event.window_title == "Mail to [e-mail]"


def test_a_spooled_event_is_judged_again_and_never_unmasked() -> None:
    filtering = _filtering(EventFilterRecord("Payroll", "replace", PAYROLL, ("name",)))
    assert filtering.judge_again(raw_event(1, window_title="Payroll")).window_title == "BLOCKLISTED"  # type: ignore[union-attr]
    untouched = raw_event(1, window_title="BLOCKLISTED")
    assert filtering.judge_again(untouched) == untouched
    excluding = _filtering(EventFilterRecord("Payroll", "exclude", PAYROLL))
    assert excluding.judge_again(raw_event(1, window_title="Payroll")) is None
    focused = raw_event(1, kind=EventKind.WINDOW_FOCUSED, window_title="Payroll")
    kept = excluding.judge_again(focused)
    assert kept is not None
    assert kept.window_title == kept.application == ""


def test_record_numbers_of_the_policy_stay_in_titles() -> None:
    filtering = Filtering(compile_filters(policy(event_filters=())), record_numbers=(r"86\d{9}",))
    event = filtering.raw_event(_draft(title="86095742719 of jane@example.org"), sequence=0)
    assert event is not None
    assert event.window_title == "86095742719 of [e-mail]"
