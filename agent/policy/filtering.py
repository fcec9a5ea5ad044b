"""Keeps of a draft what may be kept: event filters, then redaction, then bounds. Fails closed: doubt masks everything.

What a filter means is the domain's (`domain.event_filters.rules`); whether anything may be recorded at all, the gate's.
"""

import logging
from collections import Counter

import msgspec

from agent.policy.drafts import Draft, ObservedContext
from agent.policy.held_policy import CompiledFilters
from agent.policy.redaction import redact
from domain.contexts import APPLICATION_MAX, DEFAULT_REPLACEMENT, URL_MAX, WINDOW_TITLE_MAX
from domain.event_batches import Element, from_microseconds
from domain.event_filters.rules import EXCLUDE, Verdict
from domain.event_kinds import EventKind, definition_of
from domain.raw_events import CASE_ID_MAX, ELEMENT_ID_MAX, ELEMENT_NAME_MAX, ELEMENT_ROLE_MAX, TASK_NAME_MAX, RawEvent

_log = logging.getLogger(__name__)

MASK_ALL = Verdict(
    masked_fields=frozenset(
        {"application", "window_title", "url", "element_role", "element_name", "element_id", "key_count"}
        | {"value_length"}
    )
)
SECRET_ROLES = frozenset({"password text", "password", "secret", "one-time code", "card"})
_REMEMBERED_MAX = 4096


class Filtering:
    """Applies one policy's filters. Used by one thread; verdicts of a context are remembered."""

    def __init__(
        self, filters: CompiledFilters | None, *, replacement: str = DEFAULT_REPLACEMENT, value_length_max: int = 1024
    ) -> None:
        self._filters = filters
        self._replacement = replacement
        self._value_length_max = value_length_max
        self._verdicts: dict[tuple[EventKind, ObservedContext], Verdict] = {}
        self.receipts: Counter[str] = Counter()
        self.failure_count = 0

    def verdict(self, kind: EventKind, context: ObservedContext) -> Verdict:
        found = self._verdicts.get((kind, context))
        if found is None:
            if len(self._verdicts) >= _REMEMBERED_MAX:
                self._verdicts.clear()
            found = self._verdicts[kind, context] = self._judge(kind, context)
        return found

    def _judge(self, kind: EventKind, context: ObservedContext) -> Verdict:
        if context.is_private:
            return EXCLUDE
        if self._filters is None:
            return MASK_ALL
        try:
            return self._filters.judge(
                {
                    "kind": kind.value,
                    "application": context.application,
                    "window_title": context.window_title,
                    "window_class": context.window_class,
                    "url": context.url,
                }
            )
        except Exception as error:  # noqa: BLE001 - whatever a filter does, nothing unmasked may pass
            self.failure_count += 1
            _log.error("An event filter failed (%s): everything is masked.", type(error).__name__)
            return MASK_ALL

    def raw_event(self, draft: Draft, *, sequence: int) -> RawEvent | None:
        """The event as it may be kept, or None when it may not."""
        verdict = self.verdict(draft.kind, draft.context)
        if verdict.is_excluded:
            if not definition_of(draft.kind).is_kept_of_excluded:
                self.receipts["excluded"] += 1
                return None
            draft = msgspec.structs.replace(draft, context=ObservedContext(), element=Element(), slot=None)
            verdict = Verdict()
        element = _without_secret(draft.slot.element or draft.element if draft.slot else draft.element)
        if draft.context.is_name_alone:  # what an element is called would tell of the page
            element = Element()
        masked = verdict.masked_fields
        if masked:
            self.receipts["masked"] += 1
        return RawEvent(
            sequence=sequence,
            occurred_at=from_microseconds(draft.at_us),
            kind=draft.kind,
            application=self._text("application", draft.context.application, masked, APPLICATION_MAX),
            window_title=self._redacted("window_title", draft.context.window_title, masked, WINDOW_TITLE_MAX),
            url=self._redacted("url", draft.context.url, masked, URL_MAX),
            element_role=self._text("element_role", element.role, masked, ELEMENT_ROLE_MAX),
            element_name=self._redacted(
                "element_name", element.name, masked, min(self._value_length_max, ELEMENT_NAME_MAX)
            ),
            element_id=self._redacted("element_id", element.element_id, masked, ELEMENT_ID_MAX),
            key_count=0 if "key_count" in masked else draft.key_count,
            value_length=0 if "value_length" in masked else draft.value_length,
            task_name=draft.task_name[:TASK_NAME_MAX],
            case_id=draft.case_id[:CASE_ID_MAX],
            source=draft.source,
        )

    def _text(self, name: str, text: str, masked: frozenset[str], bound: int) -> str:
        if not text:
            return ""
        return self._replacement[:bound] if name in masked else clean(text[:bound])

    def _redacted(self, name: str, text: str, masked: frozenset[str], bound: int) -> str:
        if not text or name in masked:
            return self._text(name, text, masked, bound)
        redacted = redact(text)
        for kind, count in redacted.receipt:
            self.receipts[kind.value] += count
        return clean(redacted.text[:bound])

    def judge_again(self, event: RawEvent, *, window_class: str = "") -> RawEvent | None:
        """A spooled event under this policy: as it may be kept, or None. What was masked before stays masked."""
        context = ObservedContext(event.application, event.window_title, event.url, window_class)
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


def clean(text: str) -> str:
    """Valid text for every store: no lone surrogates, no control characters."""
    if text.isprintable():
        return text
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(character if character.isprintable() else " " for character in whole)


def _without_secret(element: Element) -> Element:
    """Of a secret field only its kind is told."""
    if element.role.casefold() in SECRET_ROLES:
        return Element(role=element.role)
    return element
