"""Tells governance what was set aside, so that admins see it among the losses, now or as soon as it answers."""

from collections.abc import Callable

from domain.event_batches import from_microseconds
from pipelines.mining.lake.files import Lake, sole_writer
from pipelines.mining.lake.quarantine import FOLDER, QuarantineNote, tell_notes
from pipelines.resources.governance_api import GovernanceApi, GovernanceApiError


def tell_losses(lake: Lake, api: GovernanceApi, *, warn: Callable[[str], None]) -> None:
    """Each note once. `warn` is told the sentences, and why governance could not be told."""

    def tell(note: QuarantineNote) -> None:
        warn(f"{note.sentence} What was set aside lies in {lake.dataset(FOLDER) / note.stem}.parquet.")
        span = {"first_at": note.first_us, "last_at": note.last_us}
        instants = {name: from_microseconds(at).isoformat() for name, at in span.items() if at is not None}
        loss = {"reason": str(note.reason), "event_count": max(1, note.event_count), **instants}
        api.report_losses([loss], report_key=note.stem)

    with sole_writer(lake):
        try:
            tell_notes(lake, tell)
        except GovernanceApiError as error:
            warn(f"Governance does not know of what was set aside yet: {error}")
