"""Turns outcomes of reconciliation and of dbt's data tests into asset check results."""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from pipelines.mining.days.reconciliation import Discrepancy
from pipelines.resources.compiled_models import CompiledModel

SHOWN = 20


def reconciliation_check(discrepancies: Sequence[Discrepancy], *, asset_key: dg.AssetKey) -> dg.AssetCheckResult:
    """Warns when a person's day does not add up: it was set aside, and everything else goes on."""
    return dg.AssetCheckResult(
        check_name="reconciles",
        asset_key=asset_key,
        passed=not discrepancies,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"user_days_that_differ": len(discrepancies), "first": [str(each) for each in discrepancies[:SHOWN]]},
        description="; ".join(str(each) for each in discrepancies[:3]) or None,
    )


def dbt_test_results(
    tests: Mapping[str, Mapping[str, bool]], keys: Mapping[str, dg.AssetKey], models: Sequence[CompiledModel]
) -> Iterator[dg.AssetCheckResult]:
    """One result for each test of `models`; where nothing was built, nothing is at fault."""
    for model in models:
        for test in model.tests:
            passed = tests.get(model.name, {}).get(test.name)
            yield dg.AssetCheckResult(
                check_name=test.name,
                asset_key=keys[model.name],
                passed=passed is not False,
                metadata={"was_run": passed is not None},
            )
