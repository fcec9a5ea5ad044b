"""Brings Superset's own database up to date and creates the account `admin`, in one process of Superset's environment.

Starting the server and deploying dashboards do not belong here. Safe to run again at every start.
"""

from __future__ import annotations

import logging
import os
import time

os.environ["SUPERSET_BOOTSTRAP"] = "yes"


def main() -> None:
    """Same work as `superset db upgrade`, `superset fab create-admin` and `superset init`, paying for the imports once."""
    began = time.monotonic()
    from superset.app import create_app  # noqa: PLC0415 - reads the environment when imported

    app = create_app()
    with app.app_context():
        from flask_migrate import upgrade  # noqa: PLC0415
        from superset.extensions import appbuilder  # noqa: PLC0415

        print(f"imported {time.monotonic() - began:.1f} s", flush=True)
        upgrade()
        print(f"migrated {time.monotonic() - began:.1f} s", flush=True)
        appbuilder.add_permissions(update_perms=True)
        print(f"perms {time.monotonic() - began:.1f} s", flush=True)
        appbuilder.sm.sync_role_definitions()
        print(f"roles {time.monotonic() - began:.1f} s", flush=True)
        _ensure_admin(appbuilder.sm, password=os.environ["TASK_MINING_SUPERSET_PASSWORD"])
    logging.getLogger(__name__).info("Superset is ready after %.1f s", time.monotonic() - began)


def _ensure_admin(security_manager, *, password: str) -> None:
    user = security_manager.find_user("admin")
    if user is None:
        security_manager.add_user(
            "admin", "Admin", "", "admin@task-mining.invalid", security_manager.find_role("Admin"), password=password
        )
    else:
        security_manager.reset_password(user.id, password)


if __name__ == "__main__":
    main()
