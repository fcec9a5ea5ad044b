"""Outcomes of checks in the form Dagster keeps: reconciliation and dbt tests.

Checks that read a dataset by themselves are `checks`.
"""

from collections.abc import Mapping, Sequence

import dagster as dg

from pipelines.mining.days.reconciliation import Discrepancy

SHOWN = 20


def reconciliation_check(discrepancies: Sequence[Discrepancy], *, asset_key: dg.AssetKey) -> dg.AssetCheckResult:
    """Fails, and with it the run, when a person's day does not add up."""
    return dg.AssetCheckResult(
        check_name="reconciles",
        asset_key=asset_key,
        passed=not discrepancies,
        metadata={"user_days_that_differ": len(discrepancies), "first": [str(each) for each in discrepancies[:SHOWN]]},
        description="; ".join(str(each) for each in discrepancies[:3]) or None,
    )


def dbt_check(tests: Mapping[str, Mapping[str, bool]], *, asset_key: dg.AssetKey) -> dg.AssetCheckResult:
    """One check for all dbt tests of a build; the metadata names those that failed."""
    outcomes = {f"{model}.{name}": passed for model, of_model in tests.items() for name, passed in of_model.items()}
    failed = sorted(name for name, passed in outcomes.items() if not passed)
    return dg.AssetCheckResult(
        check_name="dbt_tests",
        asset_key=asset_key,
        passed=not failed,
        metadata={"tests": len(outcomes), "failed": failed},
    )
