"""`python -m benchmarks.audit [--times N]`: falsifies a log and its anchors a thousand times; all must be found.

Beside it, in the same run, what the chain alone finds (the peer: a log whose digests nobody keeps elsewhere).
"""

import argparse
import random
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.audit.falsifications import Falsified, falsify
from governance_api.database import build_engine
from governance_api.migrations.upgrade import upgrade
from standalone.ports import free_port
from standalone.postgres.cluster import EmbeddedPostgres


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit")
    parser.add_argument("--times", type=int, default=1_000)
    dice = random.Random(7)  # noqa: S311 - dice, no secret
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        cluster = EmbeddedPostgres(home=Path(folder), port=free_port())
        cluster.start()
        try:
            engine = build_engine(cluster.url("postgres"))
            upgrade(engine)
            results = list(falsify(engine, cluster.url("postgres"), Path(folder) / "audit", times, dice))
            engine.dispose()
        finally:
            cluster.stop()
    _print(results)
    return 0 if all(each.is_found for each in results) else 1


def _print(results: list[Falsified]) -> None:
    for name, count in sorted(Counter(each.name for each in results).items()):
        of_this = [each for each in results if each.name == name]
        by_anchors = sum(each.is_found for each in of_this)
        by_chain = sum(each.is_found_by_chain for each in of_this)
        print(f"{name:42} {count:5} times, found {by_anchors:5}, by the chain alone {by_chain:5}")
    found, by_chain = sum(each.is_found for each in results), sum(each.is_found_by_chain for each in results)
    print(f"falsifications found: {found:,} of {len(results):,}; by the chain alone: {by_chain:,}")


if __name__ == "__main__":
    raise SystemExit(main())
