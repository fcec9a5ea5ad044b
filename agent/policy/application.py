"""Puts a new policy into force: gate, filters, settings, collectors, and what is already in the spool.

Runs in the recorder's thread.
"""

import logging
import sqlite3
from collections.abc import Callable, Mapping

import msgspec

from agent.consent.book import ConsentAnswer, ConsentBook, ConsentBookError, declined_in
from agent.policy.filtering import Filtering
from agent.policy.gate import moved
from agent.policy.held_policy import CompiledFilters, HeldPolicy, compile_filters, permits_of
from agent.recording.draft_queue import DraftQueue
from agent.recording.recording_loop import RecordingLoop
from agent.spool.store import SpoolStore
from agent.spool.upkeep import Judge, apply_policy, withdraw
from domain.conditions.tree import Field, comparisons
from domain.dates.collection_windows import covers, union
from domain.event_filters.rules import readable_event_filters
from domain.policies import AgentPolicy, ConsentState
from domain.raw_events import RawEvent
from domain.redaction.record_numbers import readable_record_number_patterns

_APPLIED = "policy_applied"
_log = logging.getLogger(__name__)


class PolicyApplication:
    """Holds the policy in force. `health_flags` are words for what is wrong with it."""

    def __init__(
        self,
        store: SpoolStore,
        recording: RecordingLoop,
        drafts: DraftQueue,
        *,
        book: ConsentBook,
        find_shift_us: Callable[[], int | None],
    ) -> None:
        """`find_shift_us`: what the server's clock is ahead of the one that stamps events; None: not known."""
        self._store, self._recording, self._drafts = store, recording, drafts
        self._book, self._find_shift_us = book, find_shift_us
        self.held: HeldPolicy | None = None
        self.answers: Mapping[int, ConsentAnswer] = {}
        """The person's own, as they were looked at last."""

        self.health_flags: tuple[str, ...] = ()
        self._is_unapplied = False

    def apply(self, held: HeldPolicy, *, now_us: int) -> None:
        former, self.held = self.held, held
        if former is None or former.policy != held.policy:
            self._recording.recorder.flush_keys()
            self._set_permits()
            self._set_filters(held.policy, now_us=now_us)
            self._recording.follow(held.policy.settings)
            _log.info("Policy %s is in force.", held.policy.version)
            self._is_unapplied = True
        if self._is_unapplied:
            self._apply_to_waiting(held.policy, now_us=now_us)
        self.renew_permits(now_us)

    def renew_permits(self, now_us: int) -> None:
        """By the policy, the person's own answers and the clocks, as they are now."""
        self._set_permits()
        self._recording.transitions.observe(now_us)

    def _set_permits(self) -> None:
        if self.held is None:
            return
        presence, shift_us = self._recording.transitions.presence, self._find_shift_us() or 0
        presence.policy_confirmed_us = self.held.confirmed_us - shift_us
        try:
            self.answers = self._book.answers()
            permits = permits_of(self.held.policy, declined=declined_in(self.answers))
        except ConsentBookError as error:
            _log.error("%s", error)
            permits = ()
        permits = tuple(moved(permit, by_us=-shift_us) for permit in permits)
        if permits != presence.permits:
            self._recording.recorder.flush_keys()
            presence.permits = permits

    def withdraw_declined(self, *, at_us: int) -> int:
        """How many events wait no longer, because only assignments allowed them that the person has declined.

        Raises sqlite3.Error where the disk refuses; then nothing is sent before it was done.
        """
        self._store.declined = self._declined()
        self._store.is_withdrawal_due = bool(self._store.declined)
        unspooled_count = self._drafts.withdraw(self._store.declined)
        return unspooled_count + (withdraw(self._store, at_us=at_us) if self._store.declined else 0)

    def _declined(self) -> frozenset[int]:
        """Here, or elsewhere as the policy tells."""
        assignments = self.held.policy.assignments if self.held is not None else ()
        elsewhere = (each.approval_id for each in assignments if each.consent is ConsentState.DECLINED)
        return declined_in(self._book.answers()).union(elsewhere)

    def _set_filters(self, policy: AgentPolicy, *, now_us: int) -> None:
        self._drafts.commit(now_us=now_us, is_last=True)  # under the filters under which they were seen
        compiled: CompiledFilters | None = None
        try:
            compiled = compile_filters(policy)
            self.health_flags = tuple(f"unreadable_filter:{name}" for name in compiled.unreadable)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a filter, everything is masked
            self.health_flags = ("unreadable_filters",)
            _log.error("The event filters cannot be read (%s): everything is masked.", error)
        for flag in self.health_flags:
            _log.error("Everything is masked: %s.", flag)
        receipts = self._drafts.filtering.receipts
        filtering = Filtering(
            compiled,
            replacement=policy.replacement,
            value_length_max=policy.settings.maximum_value_length,
            named_applications=policy.settings.applications_with_named_content,
            record_numbers=self._record_numbers(policy),
        )
        filtering.receipts.update(receipts)
        self._drafts.filtering = filtering

    def _record_numbers(self, policy: AgentPolicy) -> tuple[str, ...]:
        """What cannot be read keeps no number: more is masked, and the server hears of it."""
        patterns, unreadable = readable_record_number_patterns(policy.settings.record_number_patterns)
        self.health_flags += tuple(f"unreadable_record_number_pattern:{each}" for each in unreadable)
        for each in unreadable:
            _log.error("The pattern of record numbers %s cannot be read: it keeps no number.", each)
        return patterns

    def _apply_to_waiting(self, policy: AgentPolicy, *, now_us: int) -> None:
        """Tried again with the next poll where the disk refuses."""
        try:
            self.withdraw_declined(at_us=now_us)
            if self._store.find_fact(_APPLIED) != policy.version:
                masked, lost = apply_policy(self._store, _judge(policy, self._drafts.filtering))
                self._store.put_fact(_APPLIED, policy.version)
                if masked or lost:
                    _log.info("The new policy masked %d waiting events and took out %d.", masked, lost)
            self._is_unapplied = False
        except (sqlite3.Error, ConsentBookError) as error:
            _log.error("The new policy does not reach what waits yet (%s): free the disk or mend its rights.", error)


def _asks_about_window_class(policy: AgentPolicy) -> bool:
    """Window classes are not spooled: a filter about them cannot be applied to what waits."""
    filters, _ = readable_event_filters(each for each in policy.event_filters if not each.is_predefined)
    return any(comparison.field is Field.WINDOW_CLASS for each in filters for comparison in comparisons(each.condition))


def _judge(policy: AgentPolicy, filtering: Filtering) -> Judge:
    """Judges waiting events: what lies in an assignment's dates and no accepted one is open for is taken out, the rest
    goes through the filters.

    Where a filter asks for what was not kept, every title is masked: in doubt, too much rather than too little.
    """
    is_doubtful = _asks_about_window_class(policy)
    known = union(each.window for each in policy.assignments)
    consented = policy.consented_windows

    def judge(event: RawEvent, occurred_us: int) -> RawEvent | None:
        if covers(known, occurred_us) and not covers(consented, occurred_us):
            return None
        kept = filtering.judge_again(event)
        if is_doubtful and kept is not None and kept.window_title:
            kept = msgspec.structs.replace(kept, window_title=policy.replacement)
        return kept

    return judge
