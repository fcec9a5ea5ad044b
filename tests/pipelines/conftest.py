"""What pytest must know of the pipelines' third parties. Builders belong to `builders`."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    # Backfill policies are marked beta by Dagster; ranges of days in one run need them.
    config.addinivalue_line("filterwarnings", "ignore::dagster._utils.warnings.BetaWarning")
