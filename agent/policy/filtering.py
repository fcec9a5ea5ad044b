"""Keeps of a draft what may be kept: event filters, then redaction, then bounds. Fails closed: doubt masks everything.

What a filter means is the domain's (`domain.event_filters.rules`); whether anything may be recorded at all, the gate's.
"""

import logging
from collections import Counter

import msgspec

from agent.capture.browser_titles import is_browser
from agent.capture.foreign_fields import hides_fields
from agent.policy.drafts import Draft, ObservedContext
from agent.policy.held_policy import CompiledFilters
from agent.policy.remembered import Remembered
from agent.policy.urls import address_template
from domain.contexts import APPLICATION_MAX, DEFAULT_REPLACEMENT, URL_MAX, WINDOW_TITLE_MAX
from domain.element_roles import is_content_named, is_secret, plain_applications, told_element
from domain.event_batches import Element, from_microseconds
from domain.event_filters.rules import EXCLUDE, Verdict
from domain.event_kinds import EventKind, definition_of
from domain.raw_events import CASE_ID_MAX, ELEMENT_ID_MAX, ELEMENT_NAME_MAX, ELEMENT_ROLE_MAX, TASK_NAME_MAX, RawEvent
from domain.redaction.search import Redacted, redact
from domain.texts.normal_form import normalized, normalized_within

_log = logging.getLogger(__name__)

MASK_ALL = Verdict(
    masked_fields=frozenset(
        {"application", "window_title", "url", "element_role", "element_name", "element_id", "key_count"}
        | {"value_length"}
    ),
    masked_by=("a filter that cannot be read",),
)
_REMEMBERED_MAX = 4096


class Filtering:
    """Applies one policy's filters. Used by one thread. What was decided is remembered, the texts themselves are not.

    `named_applications`: those in which content is told by its name, too.
    """

    def __init__(
        self,
        filters: CompiledFilters | None,
        *,
        replacement: str = DEFAULT_REPLACEMENT,
        value_length_max: int = 1024,
        named_applications: tuple[str, ...] = (),
        record_numbers: tuple[str, ...] = (),
    ) -> None:
        self._filters = filters
        self._named_applications = plain_applications(named_applications)
        self._replacement = replacement
        self._value_length_max = value_length_max
        self._verdicts: Remembered[Verdict] = Remembered(bound=_REMEMBERED_MAX)
        self._redactions: Remembered[Redacted] = Remembered(bound=_REMEMBERED_MAX)
        self._record_numbers = record_numbers
        self.receipts: Counter[str] = Counter()
        self.masked_by: tuple[str, ...] = ()
        """What masked something of the event that was made last: names of filters, kinds of redaction."""

        self.failure_count = 0

    def verdict(self, kind: EventKind, context: ObservedContext) -> Verdict:
        texts = (context.application, context.window_title, context.window_class, context.url)
        return self._verdicts.get(
            kind.value, f"{context.is_private}{context.is_own}", *texts, decide=lambda: self._judge(kind, context)
        )

    def _judge(self, kind: EventKind, context: ObservedContext) -> Verdict:
        if context.is_private or context.is_own:  # whatever the filters say
            return EXCLUDE
        if self._filters is None:
            return MASK_ALL
        try:
            return self._filters.judge(
                {
                    "kind": kind.value,
                    "application": normalized(context.application),
                    "window_title": normalized(context.window_title),
                    "window_class": normalized(context.window_class),
                    "url": normalized(context.url),
                }
            )
        except Exception as error:  # noqa: BLE001 - whatever a filter does, nothing unmasked may pass
            self.failure_count += 1
            _log.error("An event filter failed (%s): everything is masked.", type(error).__name__)
            return MASK_ALL

    def raw_event(self, draft: Draft, *, sequence: int) -> RawEvent | None:
        """The event as it may be kept, or None when it may not."""
        verdict = self.verdict(draft.kind, draft.context)
        self.masked_by = verdict.masked_by
        if verdict.is_excluded:
            if not definition_of(draft.kind).is_kept_of_excluded:
                self.receipts["excluded"] += 1
                return None
            draft = msgspec.structs.replace(draft, context=ObservedContext(), element=Element(), slot=None)
            verdict = Verdict()
        element = self._element(draft)
        has_counts = _has_counts(draft, element)
        masked = verdict.masked_fields
        if masked:
            self.receipts["masked"] += 1
        return RawEvent(
            sequence=sequence,
            occurred_at=from_microseconds(draft.at_us),
            kind=draft.kind,
            application=self._text("application", draft.context.application, masked, APPLICATION_MAX),
            window_title=self._redacted("window_title", draft.context.window_title, masked, WINDOW_TITLE_MAX),
            url=self._redacted("url", address_template(draft.context.url), masked, URL_MAX),
            element_role=self._text("element_role", element.role, masked, ELEMENT_ROLE_MAX),
            element_name=self._redacted(
                "element_name", element.name, masked, min(self._value_length_max, ELEMENT_NAME_MAX)
            ),
            element_id=self._redacted("element_id", element.element_id, masked, ELEMENT_ID_MAX),
            key_count=draft.key_count if has_counts and "key_count" not in masked else 0,
            value_length=draft.value_length if has_counts and "value_length" not in masked else 0,
            task_name=normalized_within(draft.task_name, TASK_NAME_MAX),
            case_id=normalized_within(draft.case_id, CASE_ID_MAX),
            source=draft.source,
        )

    def _element(self, draft: Draft) -> Element:
        """As it may be told: by the table of roles, whoever says what it is."""
        if draft.context.is_name_alone:  # what an element is called would tell of the page
            return Element()
        seen = draft.slot.element if draft.slot is not None else None
        if seen is not None and is_browser(draft.context):  # tabs and bookmarks, and pages nobody looks through
            return Element(role=told_element(seen).role)
        context = draft.context.context
        is_named = draft.source == "agent" and is_content_named(context, self._named_applications)
        return told_element(seen or draft.element, is_content_named=is_named and not is_browser(draft.context))

    def _text(self, name: str, text: str, masked: frozenset[str], bound: int) -> str:
        if not text:
            return ""
        return self._replacement[:bound] if name in masked else normalized_within(text, bound)

    def _redact(self, text: str) -> Redacted:
        return redact(normalized(text), record_numbers=self._record_numbers, address=address_template)

    def _redacted(self, name: str, text: str, masked: frozenset[str], bound: int) -> str:
        if not text or name in masked:
            return self._text(name, text, masked, bound)
        redacted = self._redactions.get(text, decide=lambda: self._redact(text))
        for kind, count in redacted.receipt:
            self.receipts[kind.value] += count
            self.masked_by += (kind.value.replace("_", " "),)
        return normalized_within(redacted.text, bound)

    def judge_again(self, event: RawEvent, *, window_class: str = "") -> RawEvent | None:
        """A spooled event under this policy: as it may be kept, or None. What was masked before stays masked."""
        context = ObservedContext(event.application, event.window_title, event.url, window_class)
        event = self._told_again(event)
        verdict = self.verdict(event.kind, context)
        if verdict.keeps_all:
            return event
        if verdict.is_excluded:
            if not definition_of(event.kind).is_kept_of_excluded:
                return None
            return msgspec.structs.replace(
                event, application="", window_title="", url="", element_role="", element_name="", element_id=""
            )
        changes: dict[str, str | int] = {}
        for name in verdict.masked_fields:
            value = getattr(event, name)
            if value:
                changes[name] = self._replacement if isinstance(value, str) else 0
        return msgspec.structs.replace(event, **changes)

    def _told_again(self, event: RawEvent) -> RawEvent:
        """Names of content that were kept by a configuration of before are taken out when it says so no more."""
        element = Element(event.element_role, event.element_name, event.element_id)
        if element == Element() or element.role == self._replacement:
            return event
        told = told_element(element, is_content_named=is_content_named(event.context, self._named_applications))
        if told == element:
            return event
        return msgspec.structs.replace(
            event, element_role=told.role, element_name=told.name, element_id=told.element_id
        )


def _has_counts(draft: Draft, element: Element) -> bool:
    """Whether it has counts that may be told. Asked of every event: what takes time comes last."""
    if not (draft.key_count or draft.value_length) or is_secret(element.role):
        return False
    # Nobody tells which field of a browser's page is secret but the extension, which names the page.
    is_explained = draft.context.url != "" or not is_browser(draft.context)
    return is_explained and not hides_fields(draft.context)
