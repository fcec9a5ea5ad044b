"""The script of a person's days: stretches without gaps, and what is done at single instants within them.

Raw events and truth are both derived from it; neither is derived from the other.
"""

from uuid import UUID

import msgspec

from domain.activity_states import ActivityState
from domain.contexts import Context
from domain.event_kinds import DEFINITIONS, EventKind
from simulator.office.applications import DESKTOP, Application

SECOND = 1_000_000
IDLE_AFTER_US = 180 * SECOND
"""An agent notices idle time this long after the last input, and dates it back."""

_FROM_LAST = sorted(DEFINITIONS.items(), key=lambda each: -each[1].code)
#: What the agent sends when a stretch of this state begins; of several kinds the first.
_OPENING = {row.opens: kind for kind, row in _FROM_LAST if row.opens is not None}
#: What the agent sends when attention returns from this state.
_RETURN = {row.ends: kind for kind, row in _FROM_LAST if row.ends is not None}


class Place(msgspec.Struct, frozen=True):
    """A context and the application it belongs to."""

    application: Application
    context: Context


class Stretch(msgspec.Struct, gc=False):
    """One state of attention. State None: nobody is observed. `opened_by` None: the agent died without a word."""

    started_us: int
    ended_us: int
    state: ActivityState | None
    opened_by: EventKind | None
    place: int
    session: int


class Mark(msgspec.Struct, frozen=True, gc=False):
    """One event at an instant within a stretch. `task` is 0 for none, else 1 + its number in the script."""

    at_us: int
    kind: EventKind
    place: int
    session: int
    task: int = 0


class Script:
    """What one person does, in order. Each action begins where the last one ended; time never runs back."""

    def __init__(self, *, now_us: int) -> None:
        self.now_us = now_us
        self.places: list[Place] = []
        self.tasks: list[tuple[str, str]] = []
        self.session_ids: list[UUID] = []
        self.stretches: list[Stretch] = []
        self.marks: list[Mark] = []
        self._place_numbers: dict[Context, int] = {}
        self._focus = self.place_number(Place(DESKTOP, DESKTOP.context()))

    def place_number(self, place: Place) -> int:
        number = self._place_numbers.setdefault(place.context, len(self.places))
        if number == len(self.places):
            self.places.append(place)
        return number

    @property
    def last(self) -> Stretch:
        return self.stretches[-1]

    def _add(self, seconds: float, state: ActivityState | None, opened_by: EventKind | None) -> None:
        ended_us = self.now_us + max(round(seconds * SECOND), SECOND)
        session = len(self.session_ids) - 1
        self.stretches.append(Stretch(self.now_us, ended_us, state, opened_by, self._focus, session))
        self.now_us = ended_us

    def sign_in(self, *, session_id: UUID, seconds: float) -> None:
        """A new agent session; attention is on the desktop."""
        self.session_ids.append(session_id)
        self._focus = 0
        self._add(seconds, ActivityState.ACTIVE, EventKind.SESSION_STARTED)

    def come_back(self, *, seconds: float) -> None:
        """Attention returns from idle, lock, private mode or sleep to the window that has the focus."""
        state = self.last.state
        if state is None:
            raise ValueError("Nobody is signed in: sign in first.")
        if state is not ActivityState.ACTIVE:
            self._add(seconds, ActivityState.ACTIVE, _RETURN[state])

    def visit(self, place: Place, *, seconds: float) -> None:
        """Attention on one context. A second visit in a row to the same one prolongs the first."""
        self.come_back(seconds=1.5)
        number = self.place_number(place)
        if number == self._focus:
            self.last.ended_us += round(seconds * SECOND)
            self.now_us = self.last.ended_us
            return
        self._focus = number
        self._add(seconds, ActivityState.ACTIVE, EventKind.WINDOW_FOCUSED)

    def leave(self, state: ActivityState, *, seconds: float) -> None:
        """Idle (more than IDLE_AFTER_US), locked, private or asleep (off)."""
        if self.last.state is not ActivityState.IDLE or state in {ActivityState.IDLE, ActivityState.PRIVATE}:
            self.come_back(seconds=1.5)
        if state is ActivityState.IDLE:
            seconds = max(seconds, IDLE_AFTER_US / SECOND + 5)
        self._add(seconds, state, _OPENING[state])

    def pop_up(self, place: Place, *, after_seconds: float) -> None:
        """A window takes the focus by itself while nobody is there; that does not end the stretch."""
        at_us = self.last.started_us + round(after_seconds * SECOND)
        self._focus = self.place_number(place)
        self.marks.append(Mark(at_us, EventKind.WINDOW_FOCUSED, self._focus, self.last.session))

    def mark(self, kind: EventKind, *, at: float, task: tuple[str, str] | None = None) -> int:
        """An event at a fraction of the last stretch of attention, after every mark before it; returns its instant."""
        self.come_back(seconds=1.5)
        last = self.last
        at_us = last.started_us + int((last.ended_us - last.started_us) * at)
        if self.marks:
            at_us = max(at_us, self.marks[-1].at_us + 1)
        number = 0
        if task is not None:
            if not self.tasks or self.tasks[-1] != task:
                self.tasks.append(task)
            number = len(self.tasks)
        self.marks.append(Mark(at_us, kind, last.place, last.session, number))
        return at_us

    def sign_out(self, *, until_us: int | None = None) -> None:
        self.come_back(seconds=3)
        self._end_observation(EventKind.SESSION_ENDED, until_us)

    def crash(self, *, seconds: float) -> None:
        """The workstation dies in the middle of work: no word from the agent, until the next session."""
        self.come_back(seconds=3)
        self._end_observation(None, self.now_us + round(seconds * SECOND))

    def _end_observation(self, opened_by: EventKind | None, until_us: int | None) -> None:
        until_us = self.now_us if until_us is None else until_us
        self._add((until_us - self.now_us) / SECOND, None, opened_by)
