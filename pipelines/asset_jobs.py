"""Names the type of a job over assets, which Dagster makes but does not export by name."""

from typing import TypeAlias

from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

AssetJob: TypeAlias = UnresolvedAssetJobDefinition
