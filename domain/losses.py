"""Why an event never arrived, or arrived and was not stored.

Add a reason here when something can be lost in a new way.
"""

from enum import StrEnum


class LossReason(StrEnum):
    """Grammar: the thing that went wrong, in the past tense or as a state. Every lost event has exactly one."""

    # refused by ingestion, event by event
    OUTSIDE_COLLECTION_WINDOW = "outside_collection_window"
    NOT_CONSENTED = "not_consented"
    OUTSIDE_TASK = "outside_task"
    CLOCK_AHEAD = "clock_ahead"
    # refused by ingestion, whole batches
    MALFORMED_BATCH = "malformed_batch"
    OVERSIZED_BATCH = "oversized_batch"
    # lost on the workstation
    QUEUE_FULL = "queue_full"
    SPOOL_FULL = "spool_full"
    SPOOL_EXPIRED = "spool_expired"
    SPOOL_CORRUPT = "spool_corrupt"
    SPOOL_UNWRITABLE = "spool_unwritable"
    POISONED = "poisoned"
    STRICTER_POLICY = "stricter_policy"
    UNREADABLE_FILTER = "unreadable_filter"
    # set aside by the pipelines, which go on without
    UNREADABLE_FILE = "unreadable_file"
    UNEXPLAINED_FILE = "unexplained_file"
    UNKNOWN_PERSON = "unknown_person"
    MISPLACED_EVENT = "misplaced_event"
    UNSOUND_EVENT = "unsound_event"
    UNSOUND_DAY = "unsound_day"
