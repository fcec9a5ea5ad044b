"""`task-mining import`: a recording delivered through the same ingestion as an agent's raw events.

How a format is read belongs to its own module, who sends to `sender`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import msgspec
from backports import zstd

from domain.event_batches import COLUMNS_MEDIA_TYPE, BatchReceipt, batch_of_rows, to_microseconds
from domain.policies import AgentPolicy, ConsentState
from standalone.api import Api, ApiRefusalError
from standalone.errors import StandaloneError
from standalone.importing.action_logger import read_action_logger
from standalone.importing.observations import Recording, raw_events, session_of
from standalone.importing.sender import forget_import_agent, import_agent_token, time_zone_of
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
        try:
            result = _deliver(settings, step, recording, workstation_user)
        except ApiRefusalError as refusal:
            if refusal.status != UNAUTHORIZED:
                raise
            forget_import_agent(settings, workstation_user)
            result = _deliver(settings, step, recording, workstation_user)
    if result.refused:
        raise StandaloneError(_refusal(result, workstation_user))
    return result


def _deliver(settings: Settings, step: Step, recording: Recording, workstation_user: str) -> ImportResult:
    session = session_of(recording, login=workstation_user, time_zone=time_zone_of(settings, workstation_user))
    events = raw_events(recording)
    result = ImportResult(skipped=recording.skipped)
    encoder = msgspec.msgpack.Encoder()
    with Api(settings.api_url, token=import_agent_token(settings, workstation_user)) as api:
        _check_allowed(recording, msgspec.convert(api.get("/agent/policy"), AgentPolicy))
        for start in range(0, len(events), EVENTS_PER_BATCH):
            rows = events[start : start + EVENTS_PER_BATCH]
            batch = batch_of_rows(f"{session.session_id}/{start}+{len(rows)}", session, rows)
            body = zstd.compress(encoder.encode(batch))
            answer = api.post_bytes("/agent/event-batches", body, media_type=COLUMNS_MEDIA_TYPE, encoding="zstd")
            result.add(msgspec.convert(answer, BatchReceipt))
            step.report(start + len(rows), len(events), unit="raw events")
    return result


def _check_allowed(recording: Recording, policy: AgentPolicy) -> None:
    """Like an agent's gate: what lies outside the consented collection windows is not even sent."""
    began_at, ended_at = recording.began_at, recording.ended_at
    first, last = to_microseconds(began_at), to_microseconds(ended_at)
    if any(start <= first and last < end for start, end in policy.consented_windows):
        return
    pending = [each.name for each in policy.assignments if each.consent is not ConsentState.ACCEPTED]
    dates = f"{began_at.date()} to {ended_at.date()}"
    consent = f", or let {policy.login} consent to {', '.join(map(repr, pending))}" if pending else ""
    raise StandaloneError(
        f"{policy.login} has not agreed to be observed from {dates}, so nothing was imported: file a data request for "
        f"{policy.login} over these dates, have it approved and consented to, and import again{consent}."
    )


def _refusal(result: ImportResult, workstation_user: str) -> str:
    reasons = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in result.refused.items())
    return (
        f"{sum(result.refused.values())} of {result.sent} raw events were refused ({reasons}): check the approval and "
        f"the consent of {workstation_user} and the recording's instants, and import again."
    )
