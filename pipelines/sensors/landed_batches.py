"""Has days built once what arrives has come to rest, or is much.

It looks at what lies there, not only at what is new: what a killed run left is taken up again.
"""

import json
import time
from dataclasses import asdict, dataclass

import dagster as dg

from pipelines.asset_jobs import AssetJob
from pipelines.mining.lake.files import Lake
from pipelines.mining.raw_events.landed_days import LandedDays, landing_names, read_landed_days
from pipelines.resources.governance import GovernanceReader
from pipelines.sensors.always_on import always_on
from pipelines.sensors.day_ranges import day_range_tags, ranges_of
from pipelines.sensors.under_way import is_under_way

INTERVAL_S = 5
QUIET_S = 8.0
"""Nothing landed for this long: what there is can be built."""
MANY_EVENTS = 400_000
"""So many are built while others still arrive."""
MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class Cursor:
    """What was asked for last, and how often."""

    fingerprint: str = ""
    attempts: int = 0

    @classmethod
    def read(cls, text: str | None) -> "Cursor":
        return cls(**json.loads(text)) if text else cls()

    def next(self, fingerprint: str) -> "Cursor":
        return Cursor(fingerprint, self.attempts + 1 if fingerprint == self.fingerprint else 1)


def build_landed_batches(process_days: AssetJob) -> dg.SensorDefinition:
    @always_on(
        "Waits for landed batches to come to rest, or to be many, and has their days built.",
        job=process_days,
        every_s=INTERVAL_S,
    )
    def landed_batches(
        context: dg.SensorEvaluationContext,
        governance: dg.ResourceParam[GovernanceReader],
        lake: dg.ResourceParam[Lake],
    ) -> dg.SensorResult | dg.SkipReason:
        landed = read_landed_days(lake, governance.collection_facts(landing_names(lake)))
        reason = _reason_to_wait(context, landed)
        if reason is not None:
            return dg.SkipReason(reason)
        cursor = Cursor.read(context.cursor).next(landed.fingerprint)
        if cursor.attempts > MAX_ATTEMPTS:
            return dg.SkipReason(
                f"These days failed {MAX_ATTEMPTS} times: look at the runs of process_days, and start one by hand."
            )
        # One run absorbs everything and builds all days that follow from it, whichever of them it is started for.
        request = dg.RunRequest(
            run_key=f"landed-{cursor.fingerprint}-{cursor.attempts}", tags=day_range_tags(ranges_of(landed.days)[-1])
        )
        return dg.SensorResult(run_requests=[request], cursor=json.dumps(asdict(cursor)))

    return landed_batches


def _reason_to_wait(context: dg.SensorEvaluationContext, landed: LandedDays) -> str | None:
    if not landed.days:
        return "Nothing has landed."
    if is_under_way(context.instance, "process_days"):
        return "Days are being built."
    if landed.event_count < MANY_EVENTS and time.time() - landed.latest_mtime < QUIET_S:
        return "Batches are still arriving."
    return None
