"""Makes what every asset, sensor and job asks for by name, from the settings of the process, when it is first needed.

Tests and the benchmark bring their own through `build_definitions(overrides)`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import dagster as dg

from pipelines.mining.lake.files import Lake
from pipelines.resources.audit_trails import AuditTrailReader
from pipelines.resources.dbt_build import DbtBuilder
from pipelines.resources.governance import GovernanceReader
from pipelines.resources.governance_api import GovernanceApi
from pipelines.resources.mining_claims import MiningClaims
from pipelines.settings import Settings, read_settings


@dg.resource
def settings(_: dg.InitResourceContext) -> Settings:
    return read_settings()


@dg.resource(required_resource_keys={"settings"})
def lake(context: dg.InitResourceContext) -> Lake:
    return Lake(_settings(context).lake)


@dg.resource(required_resource_keys={"settings"})
def dbt(context: dg.InitResourceContext) -> DbtBuilder:
    return DbtBuilder(target_folder=_settings(context).home / "dbt")


@dg.resource(required_resource_keys={"settings"})
def governance(context: dg.InitResourceContext) -> GovernanceReader:
    return GovernanceReader(_settings(context).database_url)


@dg.resource(required_resource_keys={"settings"})
def audit_trails(context: dg.InitResourceContext) -> AuditTrailReader:
    read = _settings(context)
    return AuditTrailReader(folder=read.audit_trails, database_url=read.audit_database_url)


@dg.resource(required_resource_keys={"settings"})
@contextmanager
def governance_api(context: dg.InitResourceContext) -> Iterator[GovernanceApi]:
    read = _settings(context)
    api = GovernanceApi(url=read.api_url, token=read.pipelines_token)
    try:
        yield api
    finally:
        api.close()


@dg.resource(required_resource_keys={"settings"})
@contextmanager
def mining_claims(context: dg.InitResourceContext) -> Iterator[MiningClaims]:
    """One for each run: it ends with the run."""
    claims = MiningClaims(_settings(context).database_url)
    try:
        yield claims
    finally:
        claims.close()


RESOURCES: Mapping[str, dg.ResourceDefinition] = {
    "settings": settings,
    "lake": lake,
    "dbt": dbt,
    "governance": governance,
    "governance_api": governance_api,
    "audit_trails": audit_trails,
    "mining_claims": mining_claims,
}


def _settings(context: Any) -> Settings:
    found: Settings = context.resources.settings
    return found
