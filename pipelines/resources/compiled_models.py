"""Has dbt compile its project, once per state of the project, and gives the models in order of dependence.

Compiling costs about 5 CPU-seconds, loading dbt for every build would cost as much again each time
(benchmarks/README.md); what is compiled runs without dbt, in `dbt_build`.
"""

import fcntl
import graphlib
import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from pipelines.project_files import DBT_PROJECT

FORMAT = 3
"""Of the compiled file; a new number makes everybody compile again."""
FAILS_BY_ITSELF = {"fail_calc": "count(*)", "error_if": "!= 0", "severity": "error", "where": None, "limit": None}
"""The only way in which a data test may be configured."""


class DbtCompileError(RuntimeError):
    """dbt could not compile the project; the sentence quotes dbt."""


class DataTest(msgspec.Struct, frozen=True, kw_only=True):
    """A query that returns the rows at fault."""

    name: str
    sql: str
    column: str = ""


class ModelColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column as the YAML documents it."""

    name: str
    data_type: str = ""
    description: str = ""


class CompiledModel(msgspec.Struct, frozen=True, kw_only=True):
    """One model. `partition_by` is day, project or empty: then the model lives in memory as long as the build."""

    name: str
    path: str
    """Relative to the project, with the word models in front."""
    relation: str
    sql: str
    tests: tuple[DataTest, ...] = ()
    partition_by: str = ""
    folder: str = ""
    is_view: bool = False
    is_row_wise: bool = False
    description: str = ""
    columns: tuple[ModelColumn, ...] = ()
    tags: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    """The models it reads, by name."""
    sources: tuple[str, ...] = ()
    """The datasets and inputs it reads, such as `lake.raw_events` or `build.project`."""

    def is_selected(self, selection: Sequence[str]) -> bool:
        """By dbt's own selectors: a name, or `tag:<tag>`."""
        return any(
            each.removeprefix("tag:") in self.tags if each.startswith("tag:") else self.name == each
            for each in selection
        )

    @property
    def group(self) -> str:
        """The folder it stands in: the name of a stage or of an analysis."""
        return self.path.split("/")[-2]


def compiled_models(folder: Path, *, target: str) -> tuple[CompiledModel, ...]:
    """The models in order of dependence, from `folder` when they were compiled before. Raises DbtCompileError."""
    path = folder / target / f"{_fingerprint(target)}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with (path.parent / "compiling.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():  # whoever held the lock before may have compiled it
                _write(path, tuple(_models(_compile(target))))
    return msgspec.json.decode(path.read_bytes(), type=tuple[CompiledModel, ...])


def _write(path: Path, models: tuple[CompiledModel, ...]) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as written:
        written.write(msgspec.json.encode(models))
    Path(written.name).replace(path)


def _fingerprint(target: str) -> str:
    """Of every file the project consists of, of dbt and of the format."""
    digest = hashlib.sha256(f"{FORMAT} {target} {importlib.metadata.version('dbt-duckdb')}".encode())
    digest.update(importlib.metadata.version("dbt-core").encode())
    for path in sorted(DBT_PROJECT.rglob("*")):
        if path.suffix in {".sql", ".yml"} and "target" not in path.relative_to(DBT_PROJECT).parts:
            digest.update(str(path.relative_to(DBT_PROJECT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def _compile(target: str) -> Mapping[str, Any]:
    """dbt's manifest, from a process of its own: what dbt imports stays there."""
    with tempfile.TemporaryDirectory(prefix="task-mining-dbt-") as folder:
        answer = subprocess.run(
            [
                *(sys.executable, "-c", "from dbt.cli.main import cli; cli()", "compile", "--quiet"),
                *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
                *("--target", target, "--target-path", folder, "--log-path", folder, "--log-level-file", "none"),
                "--no-partial-parse",
            ],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        if answer.returncode != 0:
            raise DbtCompileError(
                f"dbt could not compile dbt/ for target {target}: {(answer.stdout + answer.stderr).strip()[-2000:]} "
                "Correct the model it names, then run again."
            )
        manifest: Mapping[str, Any] = json.loads((Path(folder) / "manifest.json").read_text())
        return manifest


def _models(manifest: Mapping[str, Any]) -> Iterator[CompiledModel]:
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    depends = {key: [each for each in node["depends_on"]["nodes"] if each in nodes] for key, node in nodes.items()}
    tests = _tests(manifest)
    for key in graphlib.TopologicalSorter(dict(sorted(depends.items()))).static_order():
        node, config = nodes[key], nodes[key]["config"]
        yield CompiledModel(
            name=node["name"],
            path=node["original_file_path"],
            relation=node["relation_name"],
            sql=node["compiled_code"],
            tests=tuple(tests.get(key, ())),
            partition_by=config["partition_by"] if config["materialized"] == "lake" else "",
            folder=config.get("folder", node["name"]),
            is_view=config["materialized"] == "view" or bool(config.get("row_wise", False)),
            is_row_wise=bool(config.get("row_wise", False)),
            description=node["description"],
            columns=tuple(
                ModelColumn(name=each["name"], data_type=each["data_type"] or "", description=each["description"])
                for each in node["columns"].values()
            ),
            tags=tuple(node["tags"]),
            refs=tuple(sorted(nodes[each]["name"] for each in depends[key])),
            sources=tuple(
                sorted(each.split(".", 2)[2] for each in node["depends_on"]["nodes"] if each.startswith("source."))
            ),
        )


def _tests(manifest: Mapping[str, Any]) -> dict[str, list[DataTest]]:
    """Data tests by the model they look at."""
    found: dict[str, list[DataTest]] = {}
    for _, node in sorted(manifest["nodes"].items()):
        if node["resource_type"] != "test":
            continue
        config = node["config"]
        other = [name for name, usual in FAILS_BY_ITSELF.items() if str(config[name]).lower() != str(usual).lower()]
        if other or node["attached_node"] is None:
            raise DbtCompileError(
                f"Data test {node['name']} sets {', '.join(other) or 'no model'}: a build runs tests that look at one "
                "model and fail when they find a row. Write it that way, or teach `dbt_build` the other."
            )
        found.setdefault(node["attached_node"], []).append(
            DataTest(name=node["name"], sql=node["compiled_code"], column=node.get("column_name") or "")
        )
    return found
