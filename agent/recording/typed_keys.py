"""Notes that keys were pressed: how many, and in a secret field only that they were."""

from agent.browser.extension_reports import ExtensionReports
from agent.capture.observations import FieldFocused
from agent.policy.drafts import ObservedContext
from agent.recording.draft_queue import DraftQueue
from agent.recording.key_counts import Burst, KeyCounts
from domain.event_batches import Element
from domain.event_kinds import EventKind

KEYS_HELD_US = 2_000_000
FOCUSED_BEFORE_US = 300_000
"""A window's field may be told before the window is."""
SECRET = Element("secret")


class TypedKeys:
    """Used by the recorder's thread."""

    def __init__(self, drafts: DraftQueue, reports: ExtensionReports) -> None:
        self._drafts, self._reports = drafts, reports
        self._keys = KeyCounts()
        self._are_fields_told = False
        self._field_secret_us: int | None = None
        self._told_secret_us: int | None = None

    def due_us(self) -> int | None:
        began_us = self._keys.began_us
        dues = [began_us + KEYS_HELD_US if began_us is not None else None, self._keys.due_us]
        return min((due for due in dues if due is not None), default=None)

    def tick(self, now_us: int) -> None:
        began_us = self._keys.began_us
        if began_us is not None and now_us >= began_us + KEYS_HELD_US:
            self.close()
        for burst in self._keys.ripe(now_us=now_us):
            self._note(burst)

    def press(self, at_us: int, *, window: ObservedContext, context: ObservedContext) -> None:
        """`window` is the one in front, `context` what may be told of it."""
        secret_us = self._secret_since(window, at_us)
        if secret_us is None:
            self._keys.press(at_us, context)
        elif secret_us != self._told_secret_us:  # once: how often would tell how long it is
            self._told_secret_us = secret_us
            self.close()
            self._drafts.note(EventKind.TYPED, at_us, element=SECRET)

    def _secret_since(self, window: ObservedContext, at_us: int) -> int | None:
        """Since when the keyboard goes to a secret field of the window in front; None when it does not."""
        told_us = self._reports.secret_since(window, at_us=at_us)
        return self._field_secret_us if told_us is None else told_us

    def focus(self, seen: FieldFocused) -> None:
        self._are_fields_told = True
        self._field_secret_us = seen.at_us if seen.is_secret else None
        if seen.is_secret:
            self.forget_since(seen.at_us)

    def leave_window(self, at_us: int) -> None:
        """A secret field is left with its window, which need not have said so."""
        if self._field_secret_us is not None and at_us - self._field_secret_us > FOCUSED_BEFORE_US:
            self._field_secret_us = None

    def forget_since(self, at_us: int) -> None:
        """The keyboard went to a secret field then."""
        self._keys.forget_since(at_us)

    def flush(self) -> None:
        """The keys counted so far are told now: what follows changes who may be told of what."""
        for burst in self._keys.take():
            self._note(burst)

    def close(self) -> None:
        """The keys counted so far belong to the window in front until now; told when no word about them can follow."""
        counted_in, began_us = self._keys.context, self._keys.began_us
        if self._are_fields_told or (began_us is not None and self._reports.speak_for(counted_in, at_us=began_us)):
            self._keys.close()
        else:
            self.flush()

    def _note(self, burst: Burst) -> None:
        at_us = burst.times_us[-1]
        self._drafts.note(EventKind.TYPED, at_us, context=burst.context, key_count=len(burst.times_us))
