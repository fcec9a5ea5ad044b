"""`task-mining import`: reads a recording and delivers it as event batches of one person.

Add an importer to `RecordingFormat` and `READERS`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import msgspec
from backports import zstd

from domain.event_batches import COLUMNS_MEDIA_TYPE, BatchReceipt, batch_of_rows
from domain.losses import LossReason
from standalone.errors import StandaloneError
from standalone.governance.api import Api, ApiRefusalError
from standalone.importing.action_logger import read_action_logger
from standalone.importing.observations import Recording, raw_events, session_of
from standalone.importing.sender import ImportSender
from standalone.settings import Settings
from standalone.timeline import Step, Timeline

EVENTS_PER_BATCH = 2_000
UNAUTHORIZED = 401


class RecordingFormat(StrEnum):
    """What `--format` may say."""

    ACTION_LOGGER = "action-logger"


READERS: dict[RecordingFormat, Callable[[Path], Recording]] = {RecordingFormat.ACTION_LOGGER: read_action_logger}


@dataclass
class ImportResult:
    """Arithmetic: sent = accepted + duplicate + refused; rows that were never sent are in `skipped`."""

    sent: int = 0
    accepted: int = 0
    duplicate: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    skipped: dict[str, int] = field(default_factory=dict)

    def add(self, receipt: BatchReceipt) -> None:
        self.sent += receipt.sent
        self.accepted += receipt.accepted
        self.duplicate += receipt.duplicate
        self.refused.update(receipt.refused)


def import_recording(
    settings: Settings, timeline: Timeline, path: Path, *, recording_format: RecordingFormat, workstation_user: str
) -> ImportResult:
    """Delivers a recording; a second time all is duplicate. Raises StandaloneError when events are refused."""
    with timeline.step(f"Import of {path.name}") as step:
        recording = READERS[recording_format](path)
        sender = ImportSender(settings, workstation_user)
        try:
            result = _deliver(sender, step, recording)
        except ApiRefusalError as refusal:
            if refusal.status != UNAUTHORIZED:
                raise
            sender.forget()
            result = _deliver(sender, step, recording)
    if result.refused:
        sender.begin_new_attempt()
        raise StandaloneError(_refusal(recording, result, workstation_user))
    return result


def _deliver(sender: ImportSender, step: Step, recording: Recording) -> ImportResult:
    terms = sender.terms()
    enrolment = terms.enrolment
    session = session_of(recording, login=sender.workstation_user, time_zone=terms.time_zone)
    events = raw_events(recording, record_numbers=terms.record_numbers)
    result = ImportResult(skipped=recording.skipped)
    encoder = msgspec.msgpack.Encoder()
    with Api(sender.api_url, token=enrolment.agent_token) as api:
        for start in range(0, len(events), EVENTS_PER_BATCH):
            rows = events[start : start + EVENTS_PER_BATCH]
            batch = batch_of_rows(f"{session.session_id}/{enrolment.attempt}/{start}+{len(rows)}", session, rows)
            body = zstd.compress(encoder.encode(batch))
            answer = api.post_bytes("/agent/event-batches", body, media_type=COLUMNS_MEDIA_TYPE, encoding="zstd")
            result.add(msgspec.convert(answer, BatchReceipt))
            step.report(start + len(rows), len(events), unit="raw events")
    return result


def _refusal(recording: Recording, result: ImportResult, workstation_user: str) -> str:
    reasons = ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in result.refused.items())
    dates = f"{recording.began_at.date()} to {recording.ended_at.date()}"
    remedies = {
        LossReason.OUTSIDE_COLLECTION_WINDOW: f"file a data request for {workstation_user} over {dates}, have it "
        "approved and consented to",
        LossReason.OUTSIDE_TASK: "a targeted data request keeps only what lies between a task_started and a "
        "task_stopped of one of its tasks; file a continuous one, have it approved and consented to",
        LossReason.NOT_CONSENTED: f"let {workstation_user} consent to the approved data request",
    }
    remedy = remedies.get(LossReason(next(iter(result.refused))), "mend the recording's instants")
    refused = sum(result.refused.values())
    return f"{refused:,} of {result.sent:,} raw events were refused ({reasons}): {remedy}, and import again."
