"""Lets one run at a time mine a project, from its start to its publication: two would mix their rule sets.

The claim is a lock of a PostgreSQL session and lives as long as its connection, so that PostgreSQL itself lets it go
when the process that holds it is killed, or its machine is gone.
"""

from collections.abc import Callable
from typing import Any

import psycopg

_LOCKS = 7_301_601
"""Advisory locks of this number and the project's."""
_NO_LIMITS = "set statement_timeout = 0; set lock_timeout = 0; set idle_session_timeout = 0"
"""A claim is waited for, and held, as long as mining takes, whatever the server allows others."""
KEEPALIVES: dict[str, Any] = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""A machine that is gone lets go within a minute; a firewall sees that the connection is in use."""


class ClaimLostError(RuntimeError):
    """Another run may mine the project meanwhile: what this one wrote from here on could be of two rule sets."""

    def __init__(self, project_id: int) -> None:
        super().__init__(
            f"The run lost its claim to mine project {project_id} alone, because its connection to the database ended "
            "or its steps ran in several processes: nothing was published; mine the project again."
        )


class MiningClaims:
    """Those of one run, in one process. `close` lets all of them go."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._held: dict[int, psycopg.Connection] = {}

    def take(self, project_id: int, *, say: Callable[[str], None]) -> None:
        """Waits until nobody else mines the project; tells `say` when there is somebody to wait for."""
        self._let_go(project_id)
        connection = psycopg.connect(self._database_url, autocommit=True, **KEEPALIVES)
        self._held[project_id] = connection
        connection.execute(_NO_LIMITS)
        of_project = (_LOCKS, project_id)
        taken = connection.execute("select pg_try_advisory_lock(%s, %s)", of_project).fetchone()
        if taken != (True,):
            say(f"Another run mines project {project_id}: this one begins when that one has ended.")
            connection.execute("select pg_advisory_lock(%s, %s)", of_project)

    def require(self, project_id: int) -> None:
        """Raises ClaimLostError unless the claim was taken here and is still held."""
        connection = self._held.get(project_id)
        if connection is None:
            raise ClaimLostError(project_id)
        try:
            connection.execute("select 1")
        except psycopg.OperationalError:
            raise ClaimLostError(project_id) from None  # the sentence that is told is the innermost one

    def close(self) -> None:
        for project_id in list(self._held):
            self._let_go(project_id)

    def _let_go(self, project_id: int) -> None:
        connection = self._held.pop(project_id, None)
        if connection is not None:
            connection.close()
