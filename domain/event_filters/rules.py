"""Event filters: what may not leave the workstation, and what a filter does to an event.

The agent applies them before anything is stored, the pipelines once more to what is stored. Filters that cannot be
switched off are listed in `predefined`.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

import msgspec

from domain.conditions.predicate import compile_predicate
from domain.conditions.tree import ALWAYS, Condition, condition_to_json, parse_condition
from domain.contexts import DEFAULT_REPLACEMENT, Context
from domain.errors import DomainError


class FilterAction(StrEnum):
    """Exclude: the event is not kept. Replace: chosen attributes are masked; the time stamps stay."""

    EXCLUDE = "exclude"
    REPLACE = "replace"


class FilterAttribute(StrEnum):
    """What a replacing filter masks. `name`: window title, element name; `value`: its length, key count."""

    URL = "url"
    NAME = "name"
    VALUE = "value"
    ALL = "all"


_FIELDS_OF_ATTRIBUTE: dict[FilterAttribute, frozenset[str]] = {
    FilterAttribute.URL: frozenset({"url"}),
    FilterAttribute.NAME: frozenset({"window_title", "element_name"}),
    FilterAttribute.VALUE: frozenset({"value_length", "key_count"}),
}
_FIELDS_OF_ATTRIBUTE[FilterAttribute.ALL] = frozenset({"application", "element_id", "element_role"}).union(
    *_FIELDS_OF_ATTRIBUTE.values()
)


class EventFilter(msgspec.Struct, frozen=True):
    """One rule about events that may not be kept as they are. Predefined filters cannot be switched off."""

    name: str
    action: FilterAction
    condition: Condition
    attributes: tuple[FilterAttribute, ...] = ()
    is_predefined: bool = False


class EventFilterRecord(msgspec.Struct, frozen=True):
    """An event filter as it travels: not yet read, so that one unreadable filter does not hide the others."""

    name: str
    action: str
    condition: object
    attributes: tuple[str, ...] = ()
    is_predefined: bool = False


class Verdict(msgspec.Struct, frozen=True):
    """What the filters say of one event. `masked_fields` are names of fields of a raw event, `masked_by` of filters."""

    is_excluded: bool = False
    masked_fields: frozenset[str] = frozenset()
    masked_by: tuple[str, ...] = ()

    @property
    def keeps_all(self) -> bool:
        return not self.is_excluded and not self.masked_fields


KEEP = Verdict()
EXCLUDE = Verdict(is_excluded=True)
Judge: TypeAlias = Callable[[Mapping[str, str]], Verdict]


def masked_fields(event_filter: EventFilter) -> frozenset[str]:
    """The fields of a raw event that a replacing filter masks."""
    return frozenset[str]().union(*(_FIELDS_OF_ATTRIBUTE[attribute] for attribute in event_filter.attributes))


@lru_cache(maxsize=64)
def compile_event_filters(filters: tuple[EventFilter, ...]) -> Judge:
    """A function from fields (kind, application, window_title, window_class, url) to a verdict.

    Excluding wins over replacing; replacing filters add up; no filters keep everything.
    """
    excluding = [compile_predicate(each.condition) for each in filters if each.action is FilterAction.EXCLUDE]
    replacing = [
        (compile_predicate(each.condition), masked_fields(each), each.name)
        for each in filters
        if each.action is FilterAction.REPLACE
    ]

    def judge(fields: Mapping[str, str]) -> Verdict:
        if any(holds(fields) for holds in excluding):
            return EXCLUDE
        masking = [(masked, name) for holds, masked, name in replacing if holds(fields)]
        if not masking:
            return KEEP
        masked, names = zip(*masking, strict=True)
        return Verdict(masked_fields=frozenset[str]().union(*masked), masked_by=names)

    return judge


def verdict(filters: Iterable[EventFilter], fields: Mapping[str, str]) -> Verdict:
    """What the filters say of one event."""
    return compile_event_filters(tuple(filters))(fields)


def masked_context(context: Context, fields: Iterable[str], *, replacement: str = DEFAULT_REPLACEMENT) -> Context:
    """The context with the named fields masked; an empty text stays empty, and tells nothing."""
    masked = set(fields)

    def mask(name: str, text: str) -> str:
        return replacement if text and name in masked else text

    return Context(
        mask("application", context.application), mask("window_title", context.window_title), mask("url", context.url)
    )


def event_filter_of_record(record: EventFilterRecord) -> EventFilter:
    """Raises DomainError naming the filter and what is wrong with it."""
    try:
        action = FilterAction(record.action)
        attributes = tuple(FilterAttribute(attribute) for attribute in record.attributes)
        condition = parse_condition(record.condition)
    except ValueError as error:
        remedy = error if isinstance(error, DomainError) else f"{error}: use one of the known words"
        raise DomainError(f"Event filter {record.name!r} cannot be read. {remedy}") from error
    if (action is FilterAction.REPLACE) != bool(attributes):
        raise DomainError(
            f"Event filter {record.name!r} is {action} with {len(attributes)} attributes: "
            "name attributes for replace, and none for exclude."
        )
    return EventFilter(record.name, action, condition, attributes, record.is_predefined)


def record_of_event_filter(event_filter: EventFilter) -> EventFilterRecord:
    return EventFilterRecord(
        event_filter.name,
        str(event_filter.action),
        condition_to_json(event_filter.condition),
        tuple(str(attribute) for attribute in event_filter.attributes),
        event_filter.is_predefined,
    )


def readable_event_filters(records: Iterable[EventFilterRecord]) -> tuple[tuple[EventFilter, ...], tuple[str, ...]]:
    """The filters, and the names of those that cannot be read: one that masks everything takes their place."""
    filters, unreadable = [], []
    for record in records:
        try:
            filters.append(event_filter_of_record(record))
        except DomainError:
            filters.append(EventFilter(record.name, FilterAction.REPLACE, ALWAYS, (FilterAttribute.ALL,)))
            unreadable.append(record.name)
    return tuple(filters), tuple(unreadable)
