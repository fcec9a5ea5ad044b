"""What kinds of raw events there are, their stable codes, and where they come from.

What an event *means* for activities (does it end idle time?) belongs to `activity_states`.
"""

from enum import IntEnum, StrEnum


class EventKind(StrEnum):
    """One thing the agent saw. The value is the wire name; `code` is what the lake stores.

    Codes are append-only: a code once landed is never given another meaning.
    """

    WINDOW_FOCUSED = "window_focused"
    CLICKED = "clicked"
    TYPED = "typed"
    COPIED = "copied"
    CUT = "cut"
    PASTED = "pasted"
    SCROLLED = "scrolled"
    ELEMENT_CHANGED = "element_changed"
    SUBMITTED = "submitted"
    IDLE_STARTED = "idle_started"
    IDLE_ENDED = "idle_ended"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    PRIVATE_STARTED = "private_started"
    PRIVATE_ENDED = "private_ended"
    SESSION_STARTED = "session_started"
    SESSION_ENDED = "session_ended"
    SLEPT = "slept"
    WOKE = "woke"
    TASK_STARTED = "task_started"
    TASK_STOPPED = "task_stopped"

    @property
    def code(self) -> int:
        return CODE_BY_KIND[self]

    @classmethod
    def from_code(cls, code: int) -> "EventKind":
        """Raises IndexError for a code that no kind has."""
        return KIND_BY_CODE[code]


KIND_BY_CODE: tuple[EventKind, ...] = tuple(EventKind)
CODE_BY_KIND: dict[EventKind, int] = {kind: code for code, kind in enumerate(KIND_BY_CODE)}


class EventSource(IntEnum):
    """Who saw the event. The number is stored, the lower-case name is on the wire."""

    AGENT = 0
    BROWSER = 1
    IMPORT = 2
    SIMULATION = 3

    @property
    def wire_name(self) -> str:
        return self.name.lower()


SOURCE_BY_WIRE_NAME: dict[str, EventSource] = {source.wire_name: source for source in EventSource}
