"""Puts a new policy into force: gate, filters, settings, collectors, and what is already in the spool.

Runs in the recorder's thread.
"""

import logging
import sqlite3

import msgspec

from agent.policy.filtering import Filtering
from agent.policy.held_policy import CompiledFilters, HeldPolicy, compile_filters, permits_of, unheard_answers
from agent.recording.draft_queue import DraftQueue
from agent.recording.recording_loop import RecordingLoop
from agent.spool.store import SpoolStore
from agent.spool.upkeep import Judge, apply_policy
from domain.conditions.tree import Field, comparisons
from domain.dates.collection_windows import covers, union
from domain.event_filters.rules import readable_event_filters
from domain.policies import AgentPolicy, ConsentState
from domain.raw_events import RawEvent

_APPLIED = "policy_applied"
_log = logging.getLogger(__name__)


class PolicyApplication:
    """Holds the policy in force. `health_flags` are words for what is wrong with it."""

    def __init__(self, store: SpoolStore, recording: RecordingLoop, drafts: DraftQueue) -> None:
        self._store, self._recording, self._drafts = store, recording, drafts
        self.held: HeldPolicy | None = None
        self.health_flags: tuple[str, ...] = ()
        self._is_unapplied = False

    def apply(self, held: HeldPolicy, *, now_us: int) -> None:
        former, self.held = self.held, held
        presence = self._recording.transitions.presence
        presence.policy_confirmed_us = max(presence.policy_confirmed_us, held.confirmed_us)
        if former is None or former.policy != held.policy:
            self._recording.recorder.flush_keys()
            answers = unheard_answers(self._store)
            declined = frozenset(approval for approval, is_accepted in answers.items() if not is_accepted)
            presence.permits = permits_of(held.policy, declined=declined)
            self._set_filters(held.policy, now_us=now_us)
            self._recording.follow(held.policy.settings)
            _log.info("Policy %s is in force.", held.policy.version)
            self._is_unapplied = True
        if self._is_unapplied:
            self._apply_to_waiting(held.policy)
        self._recording.transitions.observe(now_us)

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
        )
        filtering.receipts.update(receipts)
        self._drafts.filtering = filtering

    def _apply_to_waiting(self, policy: AgentPolicy) -> None:
        """Tried again with the next poll where the disk refuses."""
        try:
            if self._store.find_fact(_APPLIED) != policy.version:
                masked, lost = apply_policy(self._store, _judge(policy, self._drafts.filtering))
                self._store.put_fact(_APPLIED, policy.version)
                if masked or lost:
                    _log.info("The new policy masked %d waiting events and took out %d.", masked, lost)
            self._is_unapplied = False
        except sqlite3.Error as error:
            _log.error("The new policy does not reach what waits yet (%s): free the disk or mend its rights.", error)


def _asks_about_window_class(policy: AgentPolicy) -> bool:
    """Window classes are not spooled: a filter about them cannot be applied to what waits."""
    filters, _ = readable_event_filters(each for each in policy.event_filters if not each.is_predefined)
    return any(comparison.field is Field.WINDOW_CLASS for each in filters for comparison in comparisons(each.condition))


def _judge(policy: AgentPolicy, filtering: Filtering) -> Judge:
    """Judges waiting events: what the person has declined since is taken out, the rest goes through the filters.

    Where a filter asks for what was not kept, every title is masked: in doubt, too much rather than too little.
    """
    is_doubtful = _asks_about_window_class(policy)
    declined = union(each.window for each in policy.assignments if each.consent is ConsentState.DECLINED)
    consented = policy.consented_windows

    def judge(event: RawEvent, occurred_us: int) -> RawEvent | None:
        if covers(declined, occurred_us) and not covers(consented, occurred_us):
            return None
        kept = filtering.judge_again(event)
        if is_doubtful and kept is not None and kept.window_title:
            kept = msgspec.structs.replace(kept, window_title=policy.replacement)
        return kept

    return judge
