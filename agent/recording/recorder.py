"""Turns what backends see into drafts: clicks, the wheel, the clipboard, pages. The one consumer of observations.

Add an observation's handler here. Windows are `attention`, keys `typed_keys`, a person's states `transitions`.
"""

import logging
from collections.abc import Callable

from agent.browser.extension_reports import ExtensionReports
from agent.capture.browser_titles import brand_of, without_query
from agent.capture.observations import (
    Action,
    BrowserGone,
    BrowserSeen,
    CaptureEnded,
    ChordSeen,
    ClickedBeside,
    ClickSeen,
    ClipboardChanged,
    FieldFocused,
    KeyCounted,
    LockSeen,
    Observation,
    OwnSurfaceUsed,
    ScrollSeen,
    SleepSeen,
    WindowSeen,
)
from agent.policy.drafts import ElementSlot, ObservedContext
from agent.recording.attention import Attention
from agent.recording.beside_the_window import ClicksBeside, OwnUses
from agent.recording.deduplication import BrowserDuplicates, ClipboardNotices
from agent.recording.draft_queue import DraftQueue
from agent.recording.transitions import Transitions
from agent.recording.typed_keys import TypedKeys
from domain.event_kinds import EventKind

SCROLL_MERGED_US = 1_000_000
_log = logging.getLogger(__name__)
Note = Callable[[], object]


class Recorder:
    """Used by one thread. `disabled` names collectors that the configuration has switched off."""

    def __init__(self, transitions: Transitions, drafts: DraftQueue) -> None:
        self._transitions, self._drafts = transitions, drafts
        self._presence = transitions.presence
        self._reports = ExtensionReports()
        self._typing = TypedKeys(drafts, self._reports)
        self._attention = Attention(self._presence, drafts, self._reports, on_change=self._attention_moves)
        self._is_page_audible = False
        self._scrolled_us = 0
        self._notices = ClipboardNotices()
        self._duplicates: BrowserDuplicates[Note] = BrowserDuplicates()
        self._own_uses, self._beside = OwnUses(), ClicksBeside()
        self.disabled: frozenset[str] = frozenset()
        self.ended_because: str | None = None
        self._handlers: dict[type, Callable[..., None]] = {
            WindowSeen: self._window_seen,
            KeyCounted: self._key_counted,
            FieldFocused: self._typing.focus,
            ChordSeen: self._chord_seen,
            ClipboardChanged: self._clipboard_changed,
            ClickSeen: self._click_seen,
            ClickedBeside: self._clicked_beside,
            ScrollSeen: self._scroll_seen,
            OwnSurfaceUsed: self._own_surface_used,
            LockSeen: self._lock_seen,
            SleepSeen: self._sleep_seen,
            BrowserSeen: self._browser_seen,
            BrowserGone: self._browser_gone,
            CaptureEnded: self._capture_ended,
            Action: self._do,
        }

    def handle(self, observation: Observation) -> None:
        self._handlers[type(observation)](observation)

    def _do(self, action: Action) -> None:
        """An action that fails (a disk that refuses) must not end the recording."""
        try:
            action.do()
        except Exception as error:  # noqa: BLE001 - whatever it was, what is seen goes on being recorded
            _log.error("Something that was to be done failed (%s: %s).", type(error).__name__, error)

    def due_us(self) -> int | None:
        """When `tick` has something to do of its own accord."""
        dues = [
            self._typing.due_us(),
            self._attention.due_us(),
            self._duplicates.due_us,
            self._beside.due_us,
        ]
        return min((due for due in dues if due is not None), default=None)

    def tick(self, now_us: int) -> None:
        self._typing.tick(now_us)
        self._attention.tick(now_us)
        self._note_beside(self._beside.due(front=self._attention.number, now_us=now_us))
        for note in self._duplicates.due(now_us=now_us):
            note()

    def flush_keys(self) -> None:
        """The keys counted so far are told now: what follows changes who may be told of what."""
        self._typing.flush()

    def _attention_moves(self) -> None:
        self._typing.close()
        self._scrolled_us = 0

    def _is_own(self, at_us: int) -> bool:
        """Whether what was done then was done to something of the agent's own: it is nobody's work."""
        return self._attention.window.is_own or self._own_uses.is_own(at_us)

    def _own_surface_used(self, used: OwnSurfaceUsed) -> None:
        self._own_uses.hear(used.use, at_us=used.at_us)
        self._beside.withdraw(used.at_us)

    def _window_seen(self, seen: WindowSeen) -> None:
        if seen.window != self._attention.number:
            self._note_beside(self._beside.leave(self._attention.number))
        if self._attention.see(seen):
            self._typing.leave_window(seen.at_us)
            self._own_uses.leave(seen.at_us)

    def _key_counted(self, seen: KeyCounted) -> None:
        if "keys" in self.disabled or self._is_own(seen.at_us) or not self._drafts.is_open(seen.at_us):
            return
        self._attention.settle()
        self._typing.press(seen.at_us, window=self._attention.window, context=self._presence.seen)

    def _chord_seen(self, seen: ChordSeen) -> None:
        if "clipboard" in self.disabled:
            return
        if seen.kind is not EventKind.PASTED:
            self._notices.chord(seen.at_us)
        self._clip(seen.kind, seen.at_us)

    def _clipboard_changed(self, seen: ClipboardChanged) -> None:
        if "clipboard" not in self.disabled and self._notices.is_news(seen.at_us):
            self._clip(EventKind.COPIED, seen.at_us)

    def _clip(self, kind: EventKind, at_us: int) -> None:
        if self._is_own(at_us):
            return
        note = self._noted_here(kind, at_us)
        self._note_or_hold(kind, at_us, note)

    def _click_seen(self, seen: ClickSeen) -> None:
        if "clicks" in self.disabled or self._is_own(seen.at_us):
            return
        note = self._noted_here(EventKind.CLICKED, seen.at_us, seen.slot)
        self._note_or_hold(EventKind.CLICKED, seen.at_us, note)

    def _clicked_beside(self, seen: ClickedBeside) -> None:
        if "clicks" in self.disabled or self._own_uses.is_own(seen.at_us) or not self._drafts.is_open(seen.at_us):
            return
        self._beside.hold(seen.at_us, seen.window)

    def _note_beside(self, clicks_us: list[int]) -> None:
        """In the window that has come to the front by them, and not before it has."""
        for at_us in clicks_us if not self._attention.window.is_own else ():
            note = self._noted_in_front(EventKind.CLICKED, max(at_us, self._attention.since_us))
            self._note_or_hold(EventKind.CLICKED, at_us, note)

    def _noted_here(self, kind: EventKind, at_us: int, slot: ElementSlot | None = None) -> Note:
        """Notes it, now or later, in the window that is in front now, behind the keys that were pressed there."""
        self._typing.close()
        return self._noted_in_front(kind, at_us, slot)

    def _noted_in_front(self, kind: EventKind, at_us: int, slot: ElementSlot | None = None) -> Note:
        self._attention.settle()
        context = self._presence.seen
        return lambda: self._drafts.note(kind, at_us, context=context, slot=slot)

    def _note_or_hold(self, kind: EventKind, at_us: int, note: Note) -> None:
        if self._reports.speak_for(self._attention.window, at_us=at_us):
            self._duplicates.desktop(kind, at_us, note)
        else:
            note()

    def _scroll_seen(self, seen: ScrollSeen) -> None:
        if "scroll" in self.disabled or self._is_own(seen.at_us):
            return
        is_merged = seen.at_us - self._scrolled_us < SCROLL_MERGED_US
        self._scrolled_us = seen.at_us
        if is_merged:
            return
        self._noted_here(EventKind.SCROLLED, seen.at_us)()

    def _lock_seen(self, seen: LockSeen) -> None:
        self.flush_keys()
        self._transitions.lock(seen.at_us, is_locked=seen.is_locked)

    def _sleep_seen(self, seen: SleepSeen) -> None:
        self.flush_keys()
        self._transitions.sleep(seen.at_us, is_asleep=seen.is_asleep)

    def _browser_seen(self, seen: BrowserSeen) -> None:
        if "browser" in self.disabled:
            return
        if seen.kind is EventKind.WINDOW_FOCUSED:
            self._page_seen(seen)
            return
        window = self._reports.find_window(self._attention.window, at_us=seen.at_us)
        if not seen.url or window is None:
            return
        if not self._duplicates.browser(seen.kind, seen.at_us):
            return
        self._typing.close()
        page = ObservedContext(window.application, without_query(seen.window_title), seen.url, window.window_class)
        self._drafts.note(
            seen.kind,
            seen.at_us,
            context=page,
            element=seen.element,
            value_length=seen.value_length if seen.since_us >= self._presence.opened_us else 0,
            source="browser",
        )

    def _page_seen(self, seen: BrowserSeen) -> None:
        self._is_page_audible = seen.is_audible
        self._reports.hear(
            seen.profile,
            seen.window_title,
            seen.url,
            browser=seen.browser,
            at_us=seen.at_us,
            secret_us=seen.secret_us,
        )
        if seen.secret_us is not None:
            self._typing.forget_since(seen.secret_us)
        if self._reports.speak_for(self._attention.window, at_us=seen.at_us):
            self._attention.judge(seen.at_us, is_other=not seen.url)

    @property
    def is_page_audible(self) -> bool | None:
        """Whether the page in front plays sound; None when no page is in front, or none that the extension knows."""
        is_known = brand_of(self._attention.window) != "" and self._presence.seen.url != ""
        return self._is_page_audible if is_known else None

    def _browser_gone(self, seen: BrowserGone) -> None:
        self._is_page_audible = False
        is_spoken_for = self._reports.speak_for(self._attention.window, at_us=seen.at_us)
        self._reports.forget(seen.profile)
        if is_spoken_for:
            self._attention.judge(seen.at_us)

    def _capture_ended(self, seen: CaptureEnded) -> None:
        self.flush_keys()
        self.ended_because = seen.reason
