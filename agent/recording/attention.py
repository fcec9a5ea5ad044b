"""Follows which window is in front, and tells of it as far and as soon as it may be told."""

from collections.abc import Callable

from agent.browser.extension_reports import ExtensionReports
from agent.capture.browser_titles import brand_of
from agent.capture.observations import WindowSeen
from agent.policy.drafts import ObservedContext
from agent.presence.state import Presence
from agent.recording.draft_queue import DraftQueue
from domain.event_kinds import EventKind

UNVOUCHED_HELD_US = 300_000


class Attention:
    """`on_change` is called before attention moves on: what was counted until then belongs to the window before."""

    def __init__(
        self, presence: Presence, drafts: DraftQueue, reports: ExtensionReports, *, on_change: Callable[[], None]
    ) -> None:
        self._presence, self._drafts, self._reports, self._on_change = presence, drafts, reports, on_change
        self.window = ObservedContext()
        """As it was seen; what may be told of it is `presence.seen`."""

        self.number, self.since_us = 0, 0
        """Which window it is, and since when it is in front."""

        self._unvouched: tuple[int, ObservedContext] | None = None
        self._is_elsewhere = False
        self._stands_us: int | None = None

    def due_us(self) -> int | None:
        dues = [self._unvouched[0] + UNVOUCHED_HELD_US if self._unvouched else None, self._stands_us]
        return min((due for due in dues if due is not None), default=None)

    def tick(self, now_us: int) -> None:
        if self._unvouched and now_us >= self._unvouched[0] + UNVOUCHED_HELD_US:
            self._attend(*self._unvouched)
        if self._stands_us is not None and now_us >= self._stands_us:
            self.judge(now_us)

    def see(self, seen: WindowSeen) -> bool:
        """Whether it is another one, and not merely another title of the window in front."""
        is_other = seen.window != self.number or brand_of(seen.context) != brand_of(self.window)
        self._reports.leave(self.window, at_us=seen.at_us)
        self.window, self.number = seen.context, seen.window
        self.since_us = seen.at_us if is_other else self.since_us
        self.judge(seen.at_us, is_other=is_other)
        return is_other

    def judge(self, at_us: int, *, is_other: bool = False) -> None:
        """Attends to the window in front as far as it may be told."""
        context = self._reports.judge(self.window, at_us=at_us, number=self.number)
        self._stands_us = self._reports.stands_us if context.is_private else None
        if context.is_private and self._reports.speak_for(self.window, at_us=at_us):
            # The extension's word about this page may be a moment behind.
            self._unvouched = self._unvouched or (at_us, context)
            self._is_elsewhere |= is_other
        else:
            self._attend(at_us, context)

    def settle(self) -> None:
        """Before an action: in a window that is another one, it does not belong to the one before."""
        if self._unvouched and self._is_elsewhere:
            self._attend(*self._unvouched)

    def _attend(self, at_us: int, context: ObservedContext) -> None:
        self._unvouched, self._is_elsewhere = None, False
        if context == self._presence.seen:
            return
        at_us = max(at_us, self._presence.opened_us)
        self._on_change()
        self._presence.seen = context
        self._drafts.note(EventKind.WINDOW_FOCUSED, at_us)
