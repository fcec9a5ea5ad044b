"""Brings Superset's own database up to date and creates the account `admin`, in one process of Superset's environment.

Safe to run again at every start.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from superset.security import SupersetSecurityManager

LOCAL_ACCOUNT = "admin"


def main() -> None:
    """The work of `superset db upgrade`, `superset init` and `superset fab create-admin` with one import of it."""
    began = time.monotonic()
    from flask_migrate import upgrade  # type: ignore[import-untyped]  # noqa: PLC0415 - seconds, and reads the environment
    from superset.app import create_app  # noqa: PLC0415

    with create_app().app_context():
        upgrade()
        from superset.extensions import appbuilder  # noqa: PLC0415

        with one_transaction(appbuilder.sm.session):
            appbuilder.add_permissions(update_perms=True)
            appbuilder.sm.sync_role_definitions()
        ensure_local_account(appbuilder.sm, password=os.environ["TASK_MINING_SUPERSET_PASSWORD"])
    sys.stdout.write(f"Superset's database is ready after {time.monotonic() - began:.0f} s\n")


@contextmanager
def one_transaction(session: Any) -> Iterator[None]:
    """Superset commits after each of its permissions, six hundred times, and then reads again what it knew.

    Raises RuntimeError where Superset would go on without what it could not write.
    """
    commit, rollback = session.commit, session.rollback

    def refuse() -> None:
        rollback()
        raise RuntimeError("Superset could not write its permissions: read the line above, and run the command again.")

    session.commit, session.rollback = session.flush, refuse
    try:
        yield
    finally:
        session.commit, session.rollback = commit, rollback
    commit()


def ensure_local_account(security_manager: SupersetSecurityManager, *, password: str) -> None:
    """The one account with a password of Superset's own: it deploys, and it helps when the governance API is down."""
    user = security_manager.find_user(LOCAL_ACCOUNT)
    if user is None:
        admin_role = security_manager.find_role("Admin")
        security_manager.add_user(
            LOCAL_ACCOUNT, "Admin", "", "admin@task-mining.invalid", admin_role, password=password
        )
    else:
        security_manager.reset_password(user.id, password)


if __name__ == "__main__":
    main()
