"""Event filters: nothing by default, excluding before replacing, masks, and unreadable filters failing closed."""

import pytest

from domain.conditions.tree import ALWAYS, Comparison, Field, Operator
from domain.contexts import Context
from domain.errors import DomainError
from domain.event_filters.predefined import PREDEFINED_EVENT_FILTERS
from domain.event_filters.rules import (
    EXCLUDE,
    KEEP,
    EventFilter,
    EventFilterRecord,
    FilterAction,
    FilterAttribute,
    event_filter_of_record,
    masked_context,
    readable_event_filters,
    record_of_event_filter,
    verdict,
)


def replacing(*attributes: FilterAttribute, url: str = "hr.") -> EventFilter:
    condition = Comparison(Field.URL, Operator.CONTAINS, url)
    return EventFilter("HR pages", FilterAction.REPLACE, condition, attributes)


def test_no_filters_keep_everything() -> None:
    assert verdict((), {"url": "https://bank.example"}) == KEEP


def test_excluding_wins_over_replacing_and_replacing_filters_add_up() -> None:
    excluding = EventFilter("All", FilterAction.EXCLUDE, Comparison(Field.KIND, Operator.IS, "clicked"))
    filters = (replacing(FilterAttribute.URL), replacing(FilterAttribute.NAME), excluding)
    assert verdict(filters, {"url": "hr.example", "kind": "clicked"}) == EXCLUDE
    assert verdict(filters, {"url": "hr.example"}).masked_fields == {"url", "window_title", "element_name"}
    assert verdict(filters, {"url": "x.example"}).keeps_all


def test_masking_leaves_empty_texts_empty() -> None:
    context = Context("chrome.exe", "Salaries", "")
    assert masked_context(context, {"url", "window_title"}) == Context("chrome.exe", "BLOCKLISTED", "")
    assert masked_context(context, ()) == context


def test_all_masks_the_application_too() -> None:
    seen = verdict((replacing(FilterAttribute.ALL),), {"url": "hr.x"})
    assert masked_context(Context("a", "b", "hr.x"), seen.masked_fields, replacement="-") == Context("-", "-", "-")


@pytest.mark.parametrize(
    "fields",
    [
        {"application": "KeePassXC"},
        {"application": "C:\\Program Files\\Bitwarden\\Bitwarden.exe"},
        {"window_title": "secrets.kdbx - KeePass"},
        {"url": "https://vault.bitwarden.com/#/vault"},
        {"window_title": "Online-Banking - Sparkasse"},
        {"url": "https://www.paypal.com/home"},
        {"url": "banking.example.de/login"},
        {"url": "https://mychart.clinic.example/visit"},
        {"url": "https://www.doctolib.de/"},
        {"window_title": "News - Google Chrome (Incognito)"},
        {"window_title": "New tab - [InPrivate] - Microsoft Edge"},
        {"window_title": "Mozilla Firefox Private Browsing"},
        {"window_title": "Mozilla Firefox – (Private Browsing)"},
    ],
)
def test_predefined_filters_exclude(fields: dict[str, str]) -> None:
    assert verdict(PREDEFINED_EVENT_FILTERS, fields) == EXCLUDE


@pytest.mark.parametrize(
    "fields",
    [
        {"application": "excel.exe", "window_title": "Keeper of the minutes.xlsx"},
        {"window_title": "INC0012 | Incident | Service Desk"},
        {"url": "https://intranet.example/articles/paypal.com"},
        {"url": "https://pricing.org/en"},
        {"window_title": "Private equity report.docx - Word"},
        {},
    ],
)
def test_predefined_filters_leave_work_alone(fields: dict[str, str]) -> None:
    assert verdict(PREDEFINED_EVENT_FILTERS, fields) == KEEP


def test_predefined_filters_survive_their_journey_and_cannot_be_switched_off() -> None:
    records = [record_of_event_filter(each) for each in PREDEFINED_EVENT_FILTERS]
    assert readable_event_filters(records) == (PREDEFINED_EVENT_FILTERS, ())
    assert all(each.is_predefined for each in PREDEFINED_EVENT_FILTERS)


def test_an_unreadable_filter_masks_everything_and_is_named() -> None:
    filters, unreadable = readable_event_filters([EventFilterRecord("From tomorrow", "shred", {"about": "x"})])
    assert unreadable == ("From tomorrow",)
    assert filters[0].condition == ALWAYS
    assert "application" in verdict(filters, {}).masked_fields


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        (EventFilterRecord("X", "hide", {}), "'X' cannot be read. 'hide' is not a valid FilterAction"),
        (EventFilterRecord("X", "exclude", {"all": []}), r"'X' cannot be read. The condition at \$.all"),
        (EventFilterRecord("X", "replace", {"field": "url", "operator": "is_empty"}), "name attributes for replace"),
        (EventFilterRecord("X", "exclude", {"field": "url", "operator": "is_empty"}, ("url",)), "and none for exclude"),
    ],
)
def test_bad_filters_are_named(record: EventFilterRecord, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        event_filter_of_record(record)
