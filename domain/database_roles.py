"""The PostgreSQL roles of the product: who connects, and so what a process may do there.

Add a role here for a process that needs rights of its own, with a line in `MADE_IN` of standalone/postgres/roles.py.
"""

from enum import StrEnum


class DatabaseRole(StrEnum):
    """Every one signs in with a password of its own, except VIEWERS."""

    OWNER = "task_mining_owner"
    """Owns the schemas `governance` and `access`; signs in for migrations, and nobody else does with it."""
    API = "task_mining_api"
    """The governance API: reads and changes rows, adds to the audit log, alters no table."""
    PIPELINES = "task_mining_pipelines"
    """Reads what mining needs of governance, owns the schema `marts`."""
    DEPLOYMENT = "dashboards_reader"
    """Reads every published row: the deployment of the dashboards, and `task-mining export`."""
    SIGN_IN = "dashboards_sign_in"
    """Superset's sign-in: makes the role of an account, and asks which projects an account may see. Reads no table."""
    NOBODY = "dashboards_nobody"
    """Whom Superset asks for when nobody is signed in: sees tables and no row."""
    VIEWERS = "dashboards_viewers"
    """The group of the roles that accounts look with; row-level security decides what each of them sees."""
    SUPERSET = "task_mining_superset"
    """Superset's own database."""
    DAGSTER = "task_mining_dagster"
    """Dagster's own database."""
