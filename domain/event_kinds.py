"""The kinds of raw events and the one table that classifies them.

Add an event kind as a member of `EventKind` and a row of `DEFINITIONS` with the next free code; `make macros` then
carries the row to dbt. The agent's gate and filters, ingestion, the pipelines and the SQL all read the table. A kind
without a row passes no gate and is not kept.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType

import msgspec

from domain.activity_states import ActivityState


class EventKind(StrEnum):
    """One thing the agent saw. The value is the wire name; `code` is what the lake stores."""

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


class KindDefinition(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is so of every event of one kind. Whatever a row leaves out is the careful answer.

    An event that opens no state, ends none and is no input keeps the state that was: a pop-up does not end idle time.
    """

    code: int
    """Append-only: a code once landed is never given another meaning."""
    opens: ActivityState | None = None
    """The state that begins with it, whatever the state was before."""
    ends: ActivityState | None = None
    """The state that it ends: the person is active again."""
    ends_observation: bool = False
    """Nobody is observed until the next event that sets a state."""
    is_input: bool = False
    """The person did something: they are active."""
    passes_while: tuple[ActivityState, ...] = ()
    """Private or locked: it is recorded even then, without a context."""
    is_kept_of_excluded: bool = False
    """In an excluded context it is kept without that context, so that no time is credited to the window before."""
    is_durable: bool = False
    """Written to the disk at once: the person must be able to rely on it."""
    is_reported_by_browser: bool = False
    """The browser extension may report it."""

    @property
    def changes_presence(self) -> bool:
        """Whether it says who is there, rather than what somebody did."""
        return self.opens is not None or self.ends_observation

    @property
    def state_after(self) -> ActivityState | None:
        """The state that it leaves; None where it keeps the one before, or ends observation."""
        return self.opens or (ActivityState.ACTIVE if self.is_input or self.ends is not None else None)


UNCLASSIFIED = KindDefinition(code=-1)
"""Of a kind without a row: it passes no gate and nothing of it is kept."""

_ACTIVE, _IDLE, _OFF = ActivityState.ACTIVE, ActivityState.IDLE, ActivityState.OFF
_LOCKED, _PRIVATE = ActivityState.LOCKED, ActivityState.PRIVATE

DEFINITIONS: Mapping[EventKind, KindDefinition] = MappingProxyType(
    {
        EventKind.WINDOW_FOCUSED: KindDefinition(code=0, is_kept_of_excluded=True, is_reported_by_browser=True),
        EventKind.CLICKED: KindDefinition(code=1, is_input=True, is_reported_by_browser=True),
        EventKind.TYPED: KindDefinition(code=2, is_input=True),
        EventKind.COPIED: KindDefinition(code=3, is_input=True, is_reported_by_browser=True),
        EventKind.CUT: KindDefinition(code=4, is_input=True, is_reported_by_browser=True),
        EventKind.PASTED: KindDefinition(code=5, is_input=True, is_reported_by_browser=True),
        EventKind.SCROLLED: KindDefinition(code=6, is_input=True),
        EventKind.ELEMENT_CHANGED: KindDefinition(code=7, is_input=True, is_reported_by_browser=True),
        EventKind.SUBMITTED: KindDefinition(code=8, is_input=True, is_reported_by_browser=True),
        EventKind.IDLE_STARTED: KindDefinition(code=9, opens=_IDLE, is_kept_of_excluded=True),
        EventKind.IDLE_ENDED: KindDefinition(code=10, ends=_IDLE, is_kept_of_excluded=True),
        EventKind.LOCKED: KindDefinition(code=11, opens=_LOCKED, passes_while=(_LOCKED,), is_kept_of_excluded=True),
        EventKind.UNLOCKED: KindDefinition(code=12, ends=_LOCKED, passes_while=(_LOCKED,), is_kept_of_excluded=True),
        EventKind.PRIVATE_STARTED: KindDefinition(
            code=13, opens=_PRIVATE, passes_while=(_PRIVATE, _LOCKED), is_kept_of_excluded=True, is_durable=True
        ),
        EventKind.PRIVATE_ENDED: KindDefinition(
            code=14, ends=_PRIVATE, passes_while=(_PRIVATE,), is_kept_of_excluded=True, is_durable=True
        ),
        EventKind.SESSION_STARTED: KindDefinition(
            code=15, opens=_ACTIVE, passes_while=(_PRIVATE, _LOCKED), is_kept_of_excluded=True
        ),
        EventKind.SESSION_ENDED: KindDefinition(
            code=16, ends_observation=True, passes_while=(_PRIVATE, _LOCKED), is_kept_of_excluded=True
        ),
        EventKind.SLEPT: KindDefinition(code=17, opens=_OFF, passes_while=(_LOCKED,), is_kept_of_excluded=True),
        EventKind.WOKE: KindDefinition(code=18, ends=_OFF, passes_while=(_LOCKED,), is_kept_of_excluded=True),
        EventKind.TASK_STARTED: KindDefinition(code=19, is_kept_of_excluded=True, is_durable=True),
        EventKind.TASK_STOPPED: KindDefinition(
            code=20, passes_while=(_PRIVATE, _LOCKED), is_kept_of_excluded=True, is_durable=True
        ),
    }
)


def definition_of(kind: EventKind) -> KindDefinition:
    """The kind's row, or UNCLASSIFIED."""
    return DEFINITIONS.get(kind, UNCLASSIFIED)


CODE_BY_KIND: dict[EventKind, int] = {kind: row.code for kind, row in DEFINITIONS.items()}
KIND_BY_CODE: tuple[EventKind, ...] = tuple(sorted(CODE_BY_KIND, key=CODE_BY_KIND.__getitem__))

STATE_AFTER: dict[EventKind, ActivityState] = {
    kind: row.state_after for kind, row in DEFINITIONS.items() if row.state_after is not None
}
ENDS_OBSERVATION = frozenset(kind for kind, row in DEFINITIONS.items() if row.ends_observation)


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
