"""`python -m pipelines.dashboards`: deploys by hand, with addresses and passwords from the environment."""

import os
import sys

from pipelines.dashboards.deploy import deploy_dashboards
from pipelines.dashboards.errors import DashboardsError

REQUIRED = ("TASK_MINING_SUPERSET_URL", "TASK_MINING_SUPERSET_PASSWORD", "TASK_MINING_DASHBOARDS_DATABASE_URL")


def main() -> int:
    """Exit code 0 and a line of counts, or 1 and the sentence that says what to do."""
    missing = [name for name in REQUIRED if not os.environ.get(name)]
    if missing:
        sys.stderr.write(f"{', '.join(missing)} not set; export them and try again.\n")
        return 1
    url, password, database_url = (os.environ[name] for name in REQUIRED)
    try:
        deployment = deploy_dashboards(superset_url=url, password=password, database_url=database_url)
    except DashboardsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(
        f"{deployment.dashboards} dashboards, {deployment.charts} charts and {deployment.datasets} datasets "
        f"for {deployment.projects} projects; {deployment.pruned} obsolete objects removed\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
