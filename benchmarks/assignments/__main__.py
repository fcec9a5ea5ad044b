"""`python -m benchmarks.assignments [--histories 10000] [--seed 1]`: who differs from the paragraph, and how often."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.assignments.comparison import compare
from governance_api.database import build_engine
from governance_api.migrations.upgrade import upgrade
from pipelines.resources.dbt_build import DbtBuilder
from standalone.ports import free_port
from standalone.postgres.cluster import EmbeddedPostgres


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--histories", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="task-mining-histories-") as name:
        folder, began = Path(name), time.monotonic()
        cluster = EmbeddedPostgres(folder / "postgres", port=free_port())
        cluster.start()
        try:
            engine = build_engine(cluster.url("postgres"))
            upgrade(engine)
            dbt = DbtBuilder(target_folder=folder / "dbt")
            counts, differences = compare(engine, folder / "lake", dbt, count=given.histories, seed=given.seed)
            engine.dispose()
        finally:
            cluster.stop()
    for what, count in counts.items():
        print(f"{count:>9,} {what}")
    print(f"{len(differences):>9,} differences in {time.monotonic() - began:,.0f} s")
    print(*differences[:3], sep="\n")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
