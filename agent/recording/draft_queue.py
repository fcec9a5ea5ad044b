"""Lets drafts through the gate, gathers them for a moment, numbers them, and commits them to the spool together."""

from collections import Counter

from agent.policy.drafts import Draft, ElementSlot, ObservedContext
from agent.policy.filtering import Filtering
from agent.policy.gate import GateReason, closed_because
from agent.presence.state import Presence
from agent.spool.rows import EventNote, assignments_text
from agent.spool.writer import SpoolWriter
from domain.event_batches import Element
from domain.event_kinds import EventKind, definition_of
from domain.raw_events import SourceName

LINGER_US = 40_000
"""How long the first draft waits for company; with a look-up under way, until that look-up's deadline."""


class DraftQueue:
    """Used by the recorder's thread only."""

    def __init__(self, presence: Presence, filtering: Filtering, writer: SpoolWriter) -> None:
        self._presence = presence
        self.filtering = filtering
        self._writer = writer
        self._drafts: list[Draft] = []
        self._first_noted_us = 0
        self._is_urgent = False
        self._next_sequence = 0
        self.closed_counts: Counter[GateReason] = Counter()
        self.recorded_count = 0

    def note(
        self,
        kind: EventKind,
        at_us: int,
        *,
        context: ObservedContext | None = None,
        element: Element | None = None,
        slot: ElementSlot | None = None,
        key_count: int = 0,
        value_length: int = 0,
        task_name: str = "",
        case_id: str = "",
        source: SourceName = "agent",
    ) -> bool:
        """Lets it through the gate, or counts why not. True when it will be recorded."""
        situation = self._presence.situation()
        reason = self._closed_because(kind, at_us)
        if reason is not None:
            self.closed_counts[reason] += 1
            return False
        if (situation.is_private or situation.is_locked) and kind is not EventKind.PRIVATE_ENDED:
            context = ObservedContext()  # which window is in front then is nobody's business
        if not self._drafts:
            self._first_noted_us = at_us if slot is None else slot.deadline_us - LINGER_US
        self._is_urgent |= definition_of(kind).is_durable
        self._drafts.append(
            Draft(
                kind,
                at_us,
                self._presence.seen if context is None else context,
                element or Element(),
                slot,
                key_count,
                value_length,
                task_name or (self._presence.task.name if self._presence.task else ""),
                case_id or (self._presence.task.case_id if self._presence.task else ""),
                source,
                self._presence.allowing(at_us),
            )
        )
        return True

    def is_open(self, at_us: int) -> bool:
        """Whether what a person does at that moment may be recorded; counts why not."""
        reason = self._closed_because(EventKind.TYPED, at_us)
        if reason is not None:
            self.closed_counts[reason] += 1
        return reason is None

    def _closed_because(self, kind: EventKind, at_us: int) -> GateReason | None:
        presence = self._presence
        reason = closed_because(presence.situation(), at_us=at_us, kind=kind)
        if reason is None and not presence.is_observed and kind is not EventKind.SESSION_STARTED:
            return GateReason.NO_SESSION
        if reason is None and definition_of(kind).is_input and at_us < presence.opened_us:
            return presence.was_closed_because  # told late: it was done while nothing might be recorded
        return reason

    def withdraw(self, declined: frozenset[int]) -> int:
        """Forgets what only these assignments allowed and is not in the spool yet; how much that was."""
        kept = [draft for draft in self._drafts if not declined.issuperset(draft.allowed_by)]
        count = len(self._drafts) - len(kept)
        self._drafts = kept
        return count + self._writer.withdraw(declined)

    def due_us(self, *, now_us: int) -> int | None:
        """When the gathered drafts should be committed."""
        if not self._drafts:
            return self._writer.due_us
        if self._is_urgent:
            return now_us
        return self._first_noted_us + LINGER_US

    def commit(self, *, now_us: int, is_last: bool = False) -> None:
        """Commits what is due; one whose element is still looked up waits until its deadline, and those after it."""
        ready = self._drafts
        if not self._is_urgent and not is_last:
            for number, draft in enumerate(self._drafts):
                slot = draft.slot
                if slot is not None and not slot.is_answered and now_us < slot.deadline_us:
                    ready = self._drafts[:number]
                    break
        rest = self._drafts[len(ready) :]
        for draft in ready:
            event = self.filtering.raw_event(draft, sequence=self._next_sequence)
            if event is not None:
                self._next_sequence += 1
                self.recorded_count += 1
                note = EventNote(assignments_text(draft.allowed_by), "\n".join(dict.fromkeys(self.filtering.masked_by)))
                self._writer.add(event, note)
        durable, self._is_urgent = self._is_urgent, False
        self._drafts = rest
        if rest and rest[0].slot is not None:
            self._first_noted_us = rest[0].slot.deadline_us - LINGER_US
        self._writer.commit(now_us=now_us, durable=durable)
