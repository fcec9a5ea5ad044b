"""Lets one deployment of the dashboards follow another: two imports of one bundle at a time fail in Superset."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from pipelines.dashboards.errors import DashboardsError

PATIENCE = "10min"
LOCK = "select pg_advisory_lock(hashtextextended('deployment of dashboards', 0))"


@contextmanager
def sole_deployment(database_url: str) -> Iterator[None]:
    """Waits for the deployment that is under way. The lock goes with its connection, so a killed one leaves none.

    Raises DashboardsError when the database cannot be reached, or when another deployment takes longer than PATIENCE.
    """
    try:
        connection = psycopg.connect(database_url, autocommit=True)
    except psycopg.OperationalError as error:
        raise DashboardsError(
            f"The marts cannot be read ({str(error).strip()}); check TASK_MINING_DASHBOARDS_DATABASE_URL."
        ) from error
    with connection:
        # The reading role's own limit is meant for charts.
        connection.execute(f"set statement_timeout = '{PATIENCE}'")
        try:
            connection.execute(LOCK)
        except psycopg.errors.QueryCanceled as error:
            raise DashboardsError(
                f"Another deployment of the dashboards has been under way for {PATIENCE}; look at the runs of "
                "deploy_dashboards, end the one that hangs, and deploy again."
            ) from error
        yield
