"""The states of a person's attention, the activity kinds, and the off threshold.

Which raw events open and end a state is said in `event_kinds`; a new state also needs a row of
`categorization.rules.STATE_RULES`.
"""

from enum import StrEnum


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


ACTIVE_KINDS = (ActivityKind.PRODUCTIVE, ActivityKind.NON_PRODUCTIVE, ActivityKind.UNCATEGORIZED)
"""Kinds that count as active time. The dbt macro `active_kinds` is generated from it (`make macros`)."""

OFF_THRESHOLD_SECONDS = 7_200
"""Locked or private for longer becomes off as a whole, unless the installation is configured otherwise."""

OFF_THRESHOLD_US = OFF_THRESHOLD_SECONDS * 1_000_000
