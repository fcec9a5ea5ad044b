"""Turns what backends see into drafts: windows, keys, clicks, and when to look again. The one consumer of observations.

Add an observation's handler here; changes of a person's state are `transitions`.
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
    ClickSeen,
    ClipboardChanged,
    FieldFocused,
    KeyCounted,
    LockSeen,
    Observation,
    ScrollSeen,
    SleepSeen,
    WindowSeen,
)
from agent.policy.drafts import ObservedContext
from agent.recording.deduplication import BrowserDuplicates, ClipboardNotices
from agent.recording.draft_queue import DraftQueue
from agent.recording.key_counts import Burst, KeyCounts
from agent.recording.transitions import Transitions
from domain.event_batches import Element
from domain.event_kinds import EventKind

KEYS_HELD_US = 2_000_000
SCROLL_MERGED_US = 1_000_000
UNVOUCHED_HELD_US = 300_000
FOCUSED_BEFORE_US = 300_000
"""A window's field may be told before the window is."""
SECRET = Element("secret")
_log = logging.getLogger(__name__)


class Recorder:
    """Used by one thread. `disabled` names collectors that the configuration has switched off."""

    def __init__(self, transitions: Transitions, drafts: DraftQueue) -> None:
        self._transitions = transitions
        self._presence = transitions.presence
        self._drafts = drafts
        self._window = ObservedContext()
        self._window_id = 0
        self._unvouched: tuple[int, ObservedContext] | None = None
        self._is_elsewhere = False
        self._stands_us: int | None = None
        self._reports = ExtensionReports()
        self._is_page_audible = False
        self._keys = KeyCounts()
        self._are_fields_told = False
        self._field_secret_us: int | None = None
        self._told_secret_us: int | None = None
        self._scrolled_us = 0
        self._notices = ClipboardNotices()
        self._duplicates: BrowserDuplicates[Callable[[], object]] = BrowserDuplicates()
        self.disabled: frozenset[str] = frozenset()
        self.ended_because: str | None = None
        self._handlers: dict[type, Callable[..., None]] = {
            WindowSeen: self._window_seen,
            KeyCounted: self._key_counted,
            FieldFocused: self._field_focused,
            ChordSeen: self._chord_seen,
            ClipboardChanged: self._clipboard_changed,
            ClickSeen: self._click_seen,
            ScrollSeen: self._scroll_seen,
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
        """A action that fails (a disk that refuses) must not end the recording."""
        try:
            action.do()
        except Exception as error:  # noqa: BLE001 - whatever it was, what is seen goes on being recorded
            _log.error("Something that was to be done failed (%s: %s).", type(error).__name__, error)

    def due_us(self) -> int | None:
        """When `tick` has something to do of its own accord."""
        dues = [
            self._keys.began_us + KEYS_HELD_US if self._keys.began_us is not None else None,
            self._keys.due_us,
            self._duplicates.due_us,
            self._unvouched[0] + UNVOUCHED_HELD_US if self._unvouched else None,
            self._stands_us,
        ]
        return min((due for due in dues if due is not None), default=None)

    def tick(self, now_us: int) -> None:
        began_us = self._keys.began_us
        if began_us is not None and now_us >= began_us + KEYS_HELD_US:
            self._close_keys()
        for burst in self._keys.ripe(now_us=now_us):
            self._note_keys(burst)
        for note in self._duplicates.due(now_us=now_us):
            note()
        if self._unvouched and now_us >= self._unvouched[0] + UNVOUCHED_HELD_US:
            self._attend(*self._unvouched)
        if self._stands_us is not None and now_us >= self._stands_us:
            self._judge(now_us, is_other=False)

    def flush_keys(self) -> None:
        """The keys counted so far are told now: what follows changes who may be told of what."""
        for burst in self._keys.take():
            self._note_keys(burst)

    def _close_keys(self) -> None:
        """The keys counted so far belong to the window in front until now; told when no word about them can follow."""
        counted_in, began_us = self._keys.context, self._keys.began_us
        if self._are_fields_told or (began_us is not None and self._reports.speak_for(counted_in, at_us=began_us)):
            self._keys.close()
        else:
            self.flush_keys()

    def _note_keys(self, burst: Burst) -> None:
        at_us = burst.times_us[-1]
        self._drafts.note(EventKind.TYPED, at_us, context=burst.context, key_count=len(burst.times_us))

    def _attend(self, at_us: int, context: ObservedContext) -> None:
        self._unvouched, self._is_elsewhere = None, False
        if context == self._presence.seen:
            return
        at_us = max(at_us, self._presence.opened_us)
        self._close_keys()
        self._presence.seen = context
        self._scrolled_us = 0
        self._drafts.note(EventKind.WINDOW_FOCUSED, at_us)

    def _window_seen(self, seen: WindowSeen) -> None:
        is_other = seen.window != self._window_id or brand_of(seen.context) != brand_of(self._window)
        self._reports.leave(self._window, at_us=seen.at_us)
        if is_other and self._field_secret_us is not None and seen.at_us - self._field_secret_us > FOCUSED_BEFORE_US:
            self._field_secret_us = None  # left with its window, which need not have said so
        self._window, self._window_id = seen.context, seen.window
        self._judge(seen.at_us, is_other=is_other)

    def _judge(self, at_us: int, *, is_other: bool) -> None:
        """Attends to the window in front as far as it may be told."""
        context = self._reports.judge(self._window, at_us=at_us, number=self._window_id)
        self._stands_us = self._reports.stands_us if context.is_private else None
        if context.is_private and self._reports.speak_for(self._window, at_us=at_us):
            # The extension's word about this page may be a moment behind.
            self._unvouched = self._unvouched or (at_us, context)
            self._is_elsewhere |= is_other
        else:
            self._attend(at_us, context)

    def _settle(self) -> None:
        """Before an action: in a window that is another one, it does not belong to the one before."""
        if self._unvouched and self._is_elsewhere:
            self._attend(*self._unvouched)

    def _key_counted(self, seen: KeyCounted) -> None:
        if "keys" in self.disabled or not self._drafts.is_open(seen.at_us):
            return
        self._settle()
        secret_us = self._secret_since(seen.at_us)
        if secret_us is None:
            self._keys.press(seen.at_us, self._presence.seen)
        elif secret_us != self._told_secret_us:  # once: how often would tell how long it is
            self._told_secret_us = secret_us
            self._close_keys()
            self._drafts.note(EventKind.TYPED, seen.at_us, element=SECRET)

    def _secret_since(self, at_us: int) -> int | None:
        """Since when the keyboard goes to a secret field of the window in front; None when it does not."""
        told_us = self._reports.secret_since(self._window, at_us=at_us)
        return self._field_secret_us if told_us is None else told_us

    def _field_focused(self, seen: FieldFocused) -> None:
        self._are_fields_told = True
        self._field_secret_us = seen.at_us if seen.is_secret else None
        if seen.is_secret:
            self._keys.forget_since(seen.at_us)

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
        self._settle()
        self._close_keys()
        context = self._presence.seen
        self._note_or_hold(kind, at_us, lambda: self._drafts.note(kind, at_us, context=context))

    def _click_seen(self, seen: ClickSeen) -> None:
        if "clicks" in self.disabled:
            return
        self._settle()
        self._close_keys()
        context, clicked = self._presence.seen, EventKind.CLICKED
        self._note_or_hold(
            clicked, seen.at_us, lambda: self._drafts.note(clicked, seen.at_us, context=context, slot=seen.slot)
        )

    def _note_or_hold(self, kind: EventKind, at_us: int, note: Callable[[], object]) -> None:
        if self._reports.speak_for(self._window, at_us=at_us):
            self._duplicates.desktop(kind, at_us, note)
        else:
            note()

    def _scroll_seen(self, seen: ScrollSeen) -> None:
        is_merged = seen.at_us - self._scrolled_us < SCROLL_MERGED_US
        self._scrolled_us = seen.at_us
        if not is_merged and "scroll" not in self.disabled:
            self._settle()
            self._close_keys()
            self._drafts.note(EventKind.SCROLLED, seen.at_us)

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
                self._keys.forget_since(seen.secret_us)
            if self._reports.speak_for(self._window, at_us=seen.at_us):
                self._judge(seen.at_us, is_other=not seen.url)
            return
        window = self._reports.find_window(self._window, at_us=seen.at_us)
        if not seen.url or window is None:
            return
        if not self._duplicates.browser(seen.kind, seen.at_us):
            return
        self._close_keys()
        page = ObservedContext(window.application, without_query(seen.window_title), seen.url, window.window_class)
        self._drafts.note(
            seen.kind,
            seen.at_us,
            context=page,
            element=seen.element,
            value_length=seen.value_length if seen.since_us >= self._presence.opened_us else 0,
            source="browser",
        )

    @property
    def is_page_audible(self) -> bool | None:
        """Whether the page in front plays sound; None when no page is in front, or none that the extension knows."""
        is_known = brand_of(self._window) != "" and self._presence.seen.url != ""
        return self._is_page_audible if is_known else None

    def _browser_gone(self, seen: BrowserGone) -> None:
        self._is_page_audible = False
        is_spoken_for = self._reports.speak_for(self._window, at_us=seen.at_us)
        self._reports.forget(seen.profile)
        if is_spoken_for:
            self._judge(seen.at_us, is_other=False)

    def _capture_ended(self, seen: CaptureEnded) -> None:
        self.flush_keys()
        self.ended_because = seen.reason
