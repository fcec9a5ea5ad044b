"""What a person's attention is like at an instant, and which raw events change it.

The rules by which states become activity kinds and categories belong to `categorization_rules`.
"""

from enum import StrEnum

from domain.event_kinds import EventKind


class ActivityState(StrEnum):
    """The state of an activity before any categorization rule has seen it."""

    ACTIVE = "active"
    IDLE = "idle"
    LOCKED = "locked"
    PRIVATE = "private"
    OFF = "off"


class ActivityKind(StrEnum):
    """What an activity counts as, after the categorization rules."""

    PRODUCTIVE = "productive"
    NON_PRODUCTIVE = "non_productive"
    BREAK = "break"
    IDLE = "idle"
    OFF = "off"
    UNCATEGORIZED = "uncategorized"


#: Kinds that count as active time (domain: A = Σ dur of these).
ACTIVE_KINDS = frozenset({ActivityKind.PRODUCTIVE, ActivityKind.NON_PRODUCTIVE, ActivityKind.UNCATEGORIZED})

#: Event kinds after which a person is in another state, whatever the state was before.
STATE_AFTER: dict[EventKind, ActivityState] = {
    EventKind.IDLE_STARTED: ActivityState.IDLE,
    EventKind.LOCKED: ActivityState.LOCKED,
    EventKind.PRIVATE_STARTED: ActivityState.PRIVATE,
    EventKind.SLEPT: ActivityState.OFF,
    EventKind.CLICKED: ActivityState.ACTIVE,
    EventKind.TYPED: ActivityState.ACTIVE,
    EventKind.COPIED: ActivityState.ACTIVE,
    EventKind.CUT: ActivityState.ACTIVE,
    EventKind.PASTED: ActivityState.ACTIVE,
    EventKind.SCROLLED: ActivityState.ACTIVE,
    EventKind.ELEMENT_CHANGED: ActivityState.ACTIVE,
    EventKind.SUBMITTED: ActivityState.ACTIVE,
    EventKind.IDLE_ENDED: ActivityState.ACTIVE,
    EventKind.UNLOCKED: ActivityState.ACTIVE,
    EventKind.PRIVATE_ENDED: ActivityState.ACTIVE,
    EventKind.SESSION_STARTED: ActivityState.ACTIVE,
    EventKind.WOKE: ActivityState.ACTIVE,
}

#: After these nobody is observed until the next event that sets a state.
ENDS_OBSERVATION = frozenset({EventKind.SESSION_ENDED})

#: These say where attention is, not whether somebody is there: a pop-up does not end idle time.
STATE_NEUTRAL = frozenset({EventKind.WINDOW_FOCUSED, EventKind.TASK_STARTED, EventKind.TASK_STOPPED})
