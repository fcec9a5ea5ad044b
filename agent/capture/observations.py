"""Defines what backends tell the recorder, and the interface that every backend has.

Observations are stamped where they are made; none holds a character typed. Add one here when a backend sees more.
"""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, Protocol

import msgspec

from agent.capture.own_surfaces import OwnSurfaces
from agent.policy.drafts import ElementSlot, ObservedContext
from agent.supervision.components import Component
from domain.event_batches import Element
from domain.event_kinds import EventKind


class WindowSeen(msgspec.Struct, frozen=True):
    """The active window, or its title, is now this one; the empty context when no window is active.

    `window` is a number that no other window has while this one lives; below 0, one that windows may share.
    """

    at_us: int
    context: ObservedContext
    window: int = 0


class KeyCounted(msgspec.Struct, frozen=True):
    """One key went down that was up. Which one is not told."""

    at_us: int


class FieldFocused(msgspec.Struct, frozen=True):
    """The keyboard goes to another field of a desktop program. Of a secret one keys are not counted."""

    at_us: int
    is_secret: bool


class ChordSeen(msgspec.Struct, frozen=True):
    """Copied, cut or pasted by keyboard."""

    at_us: int
    kind: EventKind


class ClipboardChanged(msgspec.Struct, frozen=True):
    """Somebody put something on the clipboard; what it is was not read."""

    at_us: int


class ClickSeen(msgspec.Struct, frozen=True):
    """A mouse button went down over the window in front; the element under it may follow in the slot."""

    at_us: int
    slot: ElementSlot | None = None


class ClickedBeside(msgspec.Struct, frozen=True):
    """A mouse button went down over another window than the one in front, of that number: it may come to the front."""

    at_us: int
    window: int


class ScrollSeen(msgspec.Struct, frozen=True):
    """The wheel turned by one step over the window in front."""

    at_us: int


class OwnUse(Enum):
    """What was done to something that the desktop shows for the agent: an icon, its menu, a notice."""

    PRESSED = "pressed a moment ago"
    OPENED = "its menu is open"
    LEFT = "its menu is left"


class OwnSurfaceUsed(msgspec.Struct, frozen=True):
    """The desktop says what was done to the agent's own icon, menu or notice: nothing of it is anybody's work."""

    at_us: int
    use: OwnUse


class LockSeen(msgspec.Struct, frozen=True):
    """The screen was locked or unlocked, or the session was switched away or back."""

    at_us: int
    is_locked: bool


class SleepSeen(msgspec.Struct, frozen=True):
    """The machine goes to sleep, or woke."""

    at_us: int
    is_asleep: bool


class BrowserSeen(msgspec.Struct, frozen=True):
    """What the browser extension told. `window_focused` names the tab in front; an empty URL: none that it may see.

    `profile` is the profile that speaks, `browser` the program it runs in ("" when that is not known).
    `secret_us`: since when the keyboard goes to a secret field of that tab. `since_us`: since when there is something
    in the field whose length is told; 0 when that is not known.
    """

    at_us: int
    kind: EventKind
    window_title: str = ""
    url: str = ""
    element: Element = Element()
    value_length: int = 0
    since_us: int = 0
    secret_us: int | None = None
    is_audible: bool = False
    profile: str = ""
    browser: str = ""


class BrowserGone(msgspec.Struct, frozen=True):
    """The extension of one profile no longer speaks."""

    at_us: int
    profile: str = ""


class CaptureEnded(msgspec.Struct, frozen=True):
    """The desktop session is gone (the display closed, the person signed out); the reason ends with what to do."""

    at_us: int
    reason: str


class Action(msgspec.Struct, frozen=True):
    """Something to do in the recorder's own thread, in order with what is seen."""

    at_us: int
    do: Callable[[], None]


Observation = (
    WindowSeen
    | KeyCounted
    | FieldFocused
    | ChordSeen
    | ClipboardChanged
    | ClickSeen
    | ClickedBeside
    | ScrollSeen
    | OwnSurfaceUsed
    | LockSeen
    | SleepSeen
    | BrowserSeen
    | BrowserGone
    | CaptureEnded
    | Action
)
Emit = Callable[[Observation], None]
Capabilities = dict[str, bool | str]
"""What a backend sees, by name: True, or the reason why not. Names: see `CAPABILITY_NAMES`."""

CAPABILITY_NAMES = (
    "window",
    "title",
    "keys",
    "clicks",
    "scroll",
    "clipboard",
    "idle",
    "lock",
    "sleep",
    "element",
    "call",
)


OF_THE_DISPLAY = ("window", "title", "keys", "clicks", "scroll", "clipboard", "idle", "element")
"""What is missing where windows and input are not shown to a program."""


class BackendError(RuntimeError):
    """This desktop cannot be observed: nothing `OF_THE_DISPLAY` is seen. The sentence says why and what to do."""


class Backend(Protocol):
    """One way to see a desktop. `start` may be called once; `emit` may be called from any thread."""

    name: str
    element_timeout_us: int
    """How long a look at a UI element may take; 0: there are no looks."""
    own: OwnSurfaces
    """What whoever shows something of the agent's tells the backend, which tells of nothing that is done there."""

    def capabilities(self) -> Capabilities: ...

    def start(self, emit: Emit) -> None: ...

    def stop(self) -> None: ...

    def components(self) -> Iterable[Component]:
        """What should run since it was started."""
        ...

    def idle_us(self) -> int | None:
        """Microseconds since the last input; None when it cannot be known."""
        ...

    def is_in_call(self) -> bool:
        """Whether microphone or camera are in use."""
        ...

    def is_audible(self) -> bool:
        """Whether the program whose window is in front plays sound."""
        ...

    def shed_elements(self, *, is_shed: bool) -> None:
        """Stops (or resumes) element look-ups, to spare the machine."""
        ...

    def notify(self, title: str, text: str) -> bool:
        """Shows a notice of the desktop; must not wait. False where the desktop shows none, or beside the tray icon."""
        ...

    def show(self, face: Any) -> None:
        """Lets a `BusFace` appear on the session bus; nothing happens where there is no such bus."""
        ...
