"""Runs one contender of the comparison, alone in its process: does the work and prints what it cost as JSON.

Add a contender as a function here and by name in `comparison`.
"""

import hashlib
import json
import os
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

from benchmarks.pipeline.comparison import Measured, read_landing
from domain.landing_files import CONTEXTS_FOLDER, LANDING_FOLDER
from tests.fixtures.generated_landing import GeneratedLanding

Rows = Sequence[tuple[object, ...]]


def cpu() -> float:
    """Seconds of this process and of those it has waited for."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def run_pipeline(target: str, folder: Path, landing: GeneratedLanding) -> Measured:
    """The product's pipeline on a lake of its own, with reconciliation; not Great Expectations, not PostgreSQL."""
    from benchmarks.pipeline.results import read_results  # noqa: PLC0415
    from pipelines.mining.lake.engine import EngineLimits  # noqa: PLC0415
    from pipelines.mining.lake.files import Lake  # noqa: PLC0415
    from pipelines.mining.raw_events.compaction import compact  # noqa: PLC0415
    from pipelines.resources.dbt_build import DbtBuilder  # noqa: PLC0415
    from pipelines.steps.days import build_days  # noqa: PLC0415
    from pipelines.steps.project import mine_project  # noqa: PLC0415
    from tests.fixtures.generated_facts import collection_facts, mining_facts  # noqa: PLC0415 each contender brings its own

    lake = Lake(folder / f"lake-{target}")
    for name in (LANDING_FOLDER, CONTEXTS_FOLDER):
        (lake.root / name).mkdir(parents=True)
        for path in (landing.folder / name).iterdir():
            os.link(path, lake.root / name / path.name)
    dbt = DbtBuilder(target_folder=folder / "dbt", target=target, limits=EngineLimits(threads=1))
    facts = collection_facts(landing)
    marks = [cpu()]
    compact(lake, facts)
    marks.append(cpu())
    built = build_days(lake, facts, dbt)
    if built.discrepancies:
        raise SystemExit(f"{target} does not reconcile: {built.discrepancies[0]}")
    marks.append(cpu())
    mine_project(lake, mining_facts(landing), dbt)
    marks.append(cpu())
    differences = [after - before for before, after in pairwise(marks)]
    stages = {"imports": marks[0], **dict(zip(("compaction", "activities", "mining"), differences, strict=True))}
    size = sum(path.stat().st_size for path in lake.days("raw_events").values())
    return measured(target, stages, bytes_per_event=size / landing.events, results=lambda: read_results(lake))


def run_pandas(folder: Path, landing: GeneratedLanding) -> Measured:
    from benchmarks.pipeline.pandas_aggregates import aggregates  # noqa: PLC0415 each contender brings its own
    from benchmarks.pipeline.pandas_pipeline import apply_rules, categorize, find_activities, store_events  # noqa: PLC0415
    from benchmarks.pipeline.pandas_pool import read_contexts, store_pool  # noqa: PLC0415
    from tests.fixtures.generated_facts import collection_facts, rule_set  # noqa: PLC0415

    marks = [cpu()]
    stored = folder / "pandas"
    stored.mkdir()
    events = store_events(landing.folder, stored)
    marks.append(cpu())
    contexts = read_contexts(landing.folder)
    pool = store_pool(events, contexts, collection_facts(landing), stored)
    activities = find_activities(pool)
    activities.to_parquet(stored / "activities.parquet", compression="zstd")
    marks.append(cpu())
    categories = categorize(contexts, rule_set())
    datamart = apply_rules(activities, categories)
    datamart.to_parquet(stored / "datamart.parquet", compression="zstd")
    found = aggregates(pool, datamart, categories)
    marks.append(cpu())
    differences = [after - before for before, after in pairwise(marks)]
    stages = {"imports": marks[0], **dict(zip(("compaction", "activities", "mining"), differences, strict=True))}
    return measured("pandas", stages, results=lambda: found)


def run_scan(folder: Path, landing: GeneratedLanding) -> Measured:
    """Nothing but reading the columns that activities depend on."""
    from pipelines.mining.lake.engine import EngineLimits, open_engine, parquet_sql  # noqa: PLC0415

    imported = cpu()
    files = parquet_sql(landing.folder / LANDING_FOLDER / file.name for file in landing.files)
    columns = ("workstation_user_id", "session_key", "sequence", "epoch_us(occurred_at)", "kind", "context_key")
    sums = ", ".join(f"bit_xor(cast({column} as bigint))" for column in columns)
    with open_engine(EngineLimits(threads=1)) as engine:
        engine.execute(f"select {sums} from {files}").fetchall()
    return measured("scan", {"imports": imported, "scan": cpu() - imported}, results=dict)


def measured(
    contender: str,
    stages: dict[str, float],
    *,
    results: Callable[[], Mapping[str, Rows]],
    bytes_per_event: float = 0.0,
) -> Measured:
    """`results` are read when the clock has stopped."""
    cost, peak = cpu(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    digests = {
        name: hashlib.sha256(repr([tuple(map(str, row)) for row in rows]).encode()).hexdigest()
        for name, rows in results().items()
    }
    return Measured(
        contender=contender,
        cpu_seconds=cost,
        peak_megabytes=peak,
        stages=stages,
        digests=digests,
        bytes_per_event=bytes_per_event,
    )


def main() -> None:
    contender, folder = sys.argv[1], Path(sys.argv[2])
    landing = read_landing(folder / "landing.json")
    match contender:
        case "pandas":
            result = run_pandas(folder, landing)
        case "scan":
            result = run_scan(folder, landing)
        case _:
            result = run_pipeline(contender, folder, landing)
    sys.stdout.write(json.dumps(asdict(result)) + "\n")


if __name__ == "__main__":
    main()
