"""Figures b and c: landed files → aggregates, end to end, beside plain pandas and beside a bare scan of the columns.

`python -m benchmarks.pipeline [--events N]`. Each contender runs in a process of its own, one by one, on the same
landing files, in three rounds; the median counts, by CPU: user + system of that process with everything it imports.
Results are compared before any figure is printed. What does not grow with the events (imports, reading what dbt
compiled) is measured on a tiny landing.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from pipelines.mining.facts.collection import LandedFile
from tests.fixtures.generated_landing import GeneratedLanding, generate_landing

CONTENDERS = ("streaming", "portable", "pandas", "scan")
TARGETS = {"portable": 0.5, "streaming": 1.0}
"""The forms of our SQL, and the M events per CPU-second aimed at."""
AIM_RATIO, AIM_MEGABYTES, AIM_BYTES = 4.0, 2_000, 8.0


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one contender cost, and a digest of each of its results (none for the scan)."""

    contender: str
    cpu_seconds: float
    peak_megabytes: float
    stages: dict[str, float]
    digests: dict[str, str]
    bytes_per_event: float


LOADING = """
from pathlib import Path
from pipelines.definitions import build_definitions
from pipelines.resources.dbt_build import DbtBuilder
build_definitions({{"dbt": DbtBuilder(target_folder=Path({folder!r}))}}).get_repository_def()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--days", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-pandas", action="store_true", help="pandas takes minutes and gigabytes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="task-mining-benchmark-") as name:
        folder = Path(name)
        landing = generate_landing(
            folder / "landed", events=arguments.events, people=arguments.people, days=arguments.days
        )
        write_landing(landing, folder / "landing.json")
        fixed = overhead(folder)
        contenders = [each for each in CONTENDERS if each != "pandas" or not arguments.without_pandas]
        rounds = [{each: measure(each, folder) for each in contenders} for _ in range(arguments.rounds)]
        for measured in rounds:
            compare(measured)
        measured = {each: median([measured[each] for measured in rounds]) for each in contenders}
        print_figures(landing.events, measured, fixed)


def measure(contender: str, folder: Path) -> Measured:
    """Runs a contender in a fresh process and folder. Raises CalledProcessError when it fails."""
    for name in (f"lake-{contender}", contender):
        shutil.rmtree(folder / name, ignore_errors=True)
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.pipeline.contender", contender, str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    return Measured(**json.loads(answer.stdout.splitlines()[-1]))


def median(rounds: Sequence[Measured]) -> Measured:
    """The middle one by CPU, as it was measured."""
    return sorted(rounds, key=lambda each: each.cpu_seconds)[(len(rounds) - 1) // 2]


def overhead(folder: Path) -> dict[str, float]:
    """CPU-seconds that do not grow with the events. dbt has compiled its models before, as in the product."""
    tiny = folder / "tiny"
    landing = generate_landing(tiny / "landed", events=400, people=2, days=1)
    write_landing(landing, tiny / "landing.json")
    cold = {name: measure(name, tiny).cpu_seconds for name in TARGETS}
    warm = {name: measure(name, tiny).cpu_seconds for name in TARGETS}
    shutil.copytree(tiny / "dbt", folder / "dbt")
    return {
        **warm,
        "the pipeline when dbt has yet to compile its models": max(cold.values()),
        "loading the Dagster definitions": _cpu_of(LOADING.format(folder=str(folder / "dbt"))),
        "importing Great Expectations, once per run": _cpu_of("import great_expectations"),
    }


def _cpu_of(statement: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-W", "ignore", "-c", statement], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def print_figures(events: int, measured: dict[str, Measured], fixed: dict[str, float]) -> None:
    print(f"{events:,} distinct events, 2 % sent again; {', '.join(measured['streaming'].digests)}: equal results")
    for each in measured.values():
        stages = ", ".join(f"{name} {seconds:.1f}" for name, seconds in each.stages.items())
        print(
            f"{each.contender:>10}: {events / each.cpu_seconds / 1e6:.2f} M events per CPU-second "
            f"({each.cpu_seconds:.1f} CPU-s: {stages}), peak {each.peak_megabytes:,.0f} MB"
        )
    for name, seconds in fixed.items():
        part = f"the {name} pipeline, part of its figure" if name in TARGETS else name
        print(f"     fixed: {seconds:.1f} CPU-s, {part}")
    for name, aim in TARGETS.items():
        cost = measured[name].cpu_seconds
        rate, alone = events / cost / 1e6, events / (cost - fixed[name]) / 1e6
        print(f"(b) {name} SQL: {rate:.2f} M events per CPU-second, aim {aim}, ratio {rate / aim:.2f}")
        print(f"(b) {name} SQL without its fixed cost: {alone:.2f} M events per CPU-second, ratio {alone / aim:.2f}")
        print(f"(b) {name} SQL beside a bare scan of the columns: ratio {measured['scan'].cpu_seconds / cost:.3f}")
        if "pandas" in measured:
            ratio = measured["pandas"].cpu_seconds / cost
            print(f"(b) plain pandas costs {ratio:.2f} times the CPU of {name} SQL, aim {AIM_RATIO}")
    peak = max(measured[name].peak_megabytes for name in TARGETS)
    print(f"(b) peak memory {peak:,.0f} MB, aim {AIM_MEGABYTES:,}, ratio {peak / AIM_MEGABYTES:.2f}")
    size = measured["streaming"].bytes_per_event
    print(f"(c) {size:.2f} bytes per stored raw event, aim {AIM_BYTES}, ratio {size / AIM_BYTES:.2f}")


def compare(measured: dict[str, Measured]) -> None:
    """Raises SystemExit naming the results in which a contender differs from streaming SQL."""
    reference = measured["streaming"].digests
    for each in measured.values():
        differing = sorted(name for name in each.digests if each.digests[name] != reference[name])
        if differing:
            raise SystemExit(f"{each.contender} differs in {', '.join(differing)}: no figure counts before they agree.")


def write_landing(landing: GeneratedLanding, path: Path) -> None:
    path.write_text(json.dumps(asdict(landing), default=str))


def read_landing(path: Path) -> GeneratedLanding:
    facts = json.loads(path.read_text())
    facts["folder"] = Path(facts["folder"])
    facts["files"] = tuple(LandedFile(**file) for file in facts["files"])
    facts["days"] = tuple(date.fromisoformat(day) for day in facts["days"])
    return GeneratedLanding(**facts)
