"""One contender of `pipeline`, alone in its process: does the work, prints what it cost as JSON.

Which contenders there are and what is compared belongs to `pipeline`.
"""

import hashlib
import json
import os
import resource
import sys
from collections.abc import Iterable
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

from benchmarks.generated_landing import GeneratedLanding
from benchmarks.pipeline import Measured, read_landing

Row = tuple[str, str, str, str, str, int]


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def run_road(target: str, folder: Path, landing: GeneratedLanding) -> Measured:
    """The product's road on a lake of its own, with reconciliation; not Great Expectations, not PostgreSQL."""
    from benchmarks.road_facts import PROJECT_ID, collection_facts, mining_facts  # noqa: PLC0415 each contender its own
    from pipelines.mining.engine import EngineLimits  # noqa: PLC0415
    from pipelines.mining.lake import Lake  # noqa: PLC0415
    from pipelines.mining.raw_events import compact  # noqa: PLC0415
    from pipelines.resources.dbt_build import DbtBuilder  # noqa: PLC0415
    from pipelines.road import build_days, mine_project  # noqa: PLC0415

    lake = Lake(folder / f"lake-{target}")
    for name in ("landing", "contexts"):
        (lake.root / name).mkdir(parents=True)
        for path in (landing.folder / name).iterdir():
            os.link(path, lake.root / name / path.name)
    dbt = DbtBuilder(target_folder=folder / "dbt", target=target, limits=EngineLimits(threads=1))
    facts = collection_facts(landing)
    marks = [cpu()]
    compact(lake, facts, limits=dbt.limits)
    marks.append(cpu())
    built = build_days(lake, facts, dbt)
    if built.discrepancies:
        raise SystemExit(f"{target} does not reconcile: {built.discrepancies[0]}")
    marks.append(cpu())
    mine_project(lake, mining_facts(landing), dbt)
    marks.append(cpu())
    size = sum(path.stat().st_size for path in lake.days("raw_events").values())
    stages = dict(zip(("compaction", "activities", "mining"), _differences(marks), strict=True))
    datamart = lake.project_file("datamart", PROJECT_ID)
    return measured(target, _rows_of_datamart(datamart), {"imports": marks[0], **stages}, size / landing.events)


def run_pandas(folder: Path, landing: GeneratedLanding) -> Measured:
    from benchmarks.pandas_road import GROUP, seconds_by_application  # noqa: PLC0415
    from benchmarks.road_facts import rule_set  # noqa: PLC0415

    imported = cpu()
    found = seconds_by_application(landing.folder, rule_set())
    rows = [
        (str(day), f"P{person:03d}", kind, category, application, int(duration))
        for day, person, kind, category, application, duration in found[[*GROUP, "duration_us"]].itertuples(index=False)
    ]
    return measured("pandas", rows, {"imports": imported, "everything": cpu() - imported}, 0.0)


def run_scan(folder: Path, landing: GeneratedLanding) -> Measured:
    """Nothing but reading the columns that the result depends on."""
    from pipelines.mining.engine import EngineLimits, open_engine, parquet_sql  # noqa: PLC0415

    imported = cpu()
    files = parquet_sql(landing.folder / "landing" / name for name in landing.files)
    columns = ("workstation_user_id", "session_key", "sequence", "epoch_us(occurred_at)", "kind", "context_key")
    sums = ", ".join(f"bit_xor(cast({column} as bigint))" for column in columns)
    with open_engine(EngineLimits(threads=1)) as engine:
        engine.execute(f"select {sums} from {files}").fetchall()
    return measured("scan", (), {"imports": imported, "scan": cpu() - imported}, 0.0)


def measured(contender: str, rows: Iterable[Row], stages: dict[str, float], bytes_per_event: float) -> Measured:
    ordered = sorted(rows)
    return Measured(
        contender=contender,
        cpu_seconds=cpu(),
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000,
        stages=stages,
        digest=hashlib.sha256(repr(ordered).encode()).hexdigest() if ordered else "",
        bytes_per_event=bytes_per_event,
    )


def _rows_of_datamart(path: Path) -> list[Row]:
    from pipelines.mining.engine import open_engine, parquet_sql  # noqa: PLC0415

    with open_engine() as engine:
        rows: list[Row] = engine.execute(f"""
            select cast(day as varchar), alias, activity_kind, category, application, cast(sum(duration_us) as bigint)
            from {parquet_sql([path], options="hive_partitioning = false")} group by all
        """).fetchall()
    return rows


def _differences(marks: list[float]) -> list[float]:
    return [after - before for before, after in pairwise(marks)]


def main() -> None:
    contender, folder = sys.argv[1], Path(sys.argv[2])
    landing = read_landing(folder / "landing.json")
    match contender:
        case "pandas":
            result = run_pandas(folder, landing)
        case "scan":
            result = run_scan(folder, landing)
        case _:
            result = run_road(contender, folder, landing)
    sys.stdout.write(json.dumps(asdict(result)) + "\n")


if __name__ == "__main__":
    main()
