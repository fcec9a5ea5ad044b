"""`python -m benchmarks.fuzzing [--requests N] [--seed N] [--seconds N]`: ends with 1 when anything is to be mended."""

import argparse
import math
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.fuzzing.callers import Callers
from benchmarks.fuzzing.campaign import Campaign
from benchmarks.fuzzing.findings import Findings
from benchmarks.fuzzing.pages import PageVisits
from benchmarks.ingestion.service_under_load import serving
from governance_api.database import build_engine
from standalone.ports import LOOPBACK

PEOPLE = 500
#: So much smaller is what is sent to the pages.
PAGES_SHARE = 10


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzzing", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=math.inf, help="begin no round after so many")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="task-mining-fuzzing-") as home:
        with serving(Path(home), people=PEOPLE) as service:
            engine = build_engine(service.database_url)
            began_at = time.monotonic()
            callers = Callers(engine, people=PEOPLE)
            campaign = Campaign(f"http://{LOOPBACK}:{service.port}", callers, seed=asked.seed)
            of_api = _told("API", campaign.run(asked.requests, seconds=asked.seconds))
            visits = PageVisits(f"http://{LOOPBACK}:{service.port}", callers, seed=asked.seed)
            of_pages = _told("pages", visits.run(asked.requests // PAGES_SHARE, seconds=asked.seconds / PAGES_SHARE))
            engine.dispose()
        print(f"{time.monotonic() - began_at:.0f} seconds")
    return 0 if of_api.is_clean and of_pages.is_clean else 1


def _told(what: str, findings: Findings) -> Findings:
    """At once: what comes after may end the run."""
    for line in findings.lines():
        print(line)
    print(f"{what}: {findings.summary}", flush=True)
    return findings


if __name__ == "__main__":
    sys.exit(main())
