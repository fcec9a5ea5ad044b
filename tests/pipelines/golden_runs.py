"""Runs the jobs as Dagster runs them, in this process, on the golden day and a real PostgreSQL."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg

from pipelines.definitions import build_definitions
from pipelines.mining_run import MINING_JOB_TAG
from pipelines.partitions import PROJECTS_NAME
from pipelines.sensors.day_ranges import day_range_tags
from tests.fixtures import golden_day as golden
from tests.pipelines.governed import PROJECT_KEY, GoldenGovernance

Result = dg.ExecuteInProcessResult


@dataclass
class GoldenRuns:
    """One lake, one database and one Dagster, in which the golden day can be built, mined and purged."""

    governed: GoldenGovernance
    instance: dg.DagsterInstance

    def run(
        self,
        name: str,
        *,
        partition_key: str | None = None,
        tags: dict[str, str] | None = None,
        raise_on_error: bool = True,
        config: dict[str, Any] | None = None,
    ) -> Result:
        job = build_definitions(self.governed.resources()).resolve_job_def(name)
        return job.execute_in_process(
            instance=self.instance,
            partition_key=partition_key,
            tags=tags,
            raise_on_error=raise_on_error,
            run_config=config,
        )

    def build_day(self, *, raise_on_error: bool = True) -> Result:
        return self.run("process_days", tags=day_range_tags([golden.DAY]), raise_on_error=raise_on_error)

    def mine(self, *, raise_on_error: bool = True) -> Result:
        """As the sensor asks for it, by a mining job that was requested."""
        self.instance.add_dynamic_partitions(PROJECTS_NAME, [PROJECT_KEY])
        tags = {MINING_JOB_TAG: str(self.governed.request_mining_job())}
        return self.run("mine_project", partition_key=PROJECT_KEY, tags=tags, raise_on_error=raise_on_error)

    def materialize(self, *names: str, tags: dict[str, str] | None = None, partition_key: str = PROJECT_KEY) -> Result:
        """As Dagster's UI does it: assets of one partition, in no job of ours. Without names, all of a project."""
        definitions = build_definitions(self.governed.resources())
        whole = list(definitions.resolve_job_def("mine_project").asset_layer.executable_asset_keys)
        chosen = [dg.AssetKey(name) for name in names] or whole
        self.instance.add_dynamic_partitions(PROJECTS_NAME, [PROJECT_KEY])
        return definitions.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=self.instance, partition_key=PROJECT_KEY, asset_selection=chosen, tags=tags, raise_on_error=False
        )

    def marts(self) -> dict[str, list[tuple[Any, ...]]]:
        """The rows of each published table."""
        with psycopg.connect(self.governed.settings.database_url) as connection:
            names = connection.execute(
                "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
            ).fetchall()
            return {
                name: sorted(connection.execute(f"select * from marts.{name}".encode()).fetchall(), key=repr)
                for (name,) in names
            }

    def files(self) -> dict[str, str]:
        """A digest of each file of the lake."""
        root: Path = self.governed.lake.root
        return {
            str(path.relative_to(root)): hashlib.blake2b(path.read_bytes()).hexdigest()
            for path in sorted(root.rglob("*.parquet"))
        }

    def told_from(self, first: int) -> list[tuple[str, dict[str, Any]]]:
        """What the API was told, but for progress."""
        return [(what, facts) for what, facts in self.governed.api.told[first:] if what != "progress"]

    @contextmanager
    def without_audit_trail(self) -> Iterator[None]:
        trail = self.governed.settings.audit_trails / "incidents.csv"
        trail.rename(trail.with_suffix(".away"))
        try:
            yield
        finally:
            trail.with_suffix(".away").rename(trail)
