"""One observed thing on its way to becoming a raw event: what the gate and the filters look at.

A draft never leaves memory.
"""

import threading

import msgspec

from domain.contexts import Context
from domain.event_batches import Element
from domain.event_kinds import EventKind
from domain.raw_events import SourceName


class ObservedContext(msgspec.Struct, frozen=True):
    """Where attention is, before any filter: never written anywhere.

    `is_private`: a private browser window, nothing of it may be kept. `is_name_alone`: it may be one, the application's
    name and counts are all that may be kept. `is_own`: a window of the agent's own, in which nothing is anybody's work.
    """

    application: str = ""
    window_title: str = ""
    url: str = ""
    window_class: str = ""
    is_private: bool = False
    is_name_alone: bool = False
    is_own: bool = False

    @property
    def context(self) -> Context:
        return Context(self.application, self.window_title, self.url)


class ElementSlot:
    """A place for the element under a click, filled by another thread within its deadline or never."""

    def __init__(self, *, deadline_us: int) -> None:
        self.deadline_us = deadline_us
        self._answered = threading.Event()
        self.element: Element | None = None

    def fill(self, element: Element | None) -> None:
        self.element = element
        self._answered.set()

    @property
    def is_answered(self) -> bool:
        return self._answered.is_set()


class Draft(msgspec.Struct):
    """`slot` may still be empty; `element` is what the browser told at once."""

    kind: EventKind
    at_us: int
    context: ObservedContext
    element: Element = Element()
    slot: ElementSlot | None = None
    key_count: int = 0
    value_length: int = 0
    task_name: str = ""
    case_id: str = ""
    source: SourceName = "agent"
    allowed_by: tuple[int, ...] = ()
    """The assignments that allowed it when it happened."""
