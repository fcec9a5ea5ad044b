"""Signs every account in to the marts with a PostgreSQL role of its own, so that the database itself knows who asks.

Row-level security goes by the name of that role (`pipelines/publishing/row_policies.py`). Names and passwords follow
from one secret and the login: nothing is stored. Whoever has no role is let in nowhere, and nobody sees no row.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import cached_property
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.pool import NullPool

NOBODY = "dashboards_nobody"
"""The role that the connection of the dashboards names (`databases/marts.yaml`); its rows are none."""

LABELLED = ("application", "category", "task_name")
LABEL_QUERIES = """
    select format('select %I from marts.%I', column_name, table_name) from information_schema.columns
    where table_schema = 'marts' and column_name = any(:columns)
    order by 1
"""


class Viewers:
    """The roles of one server. `sign_in_url` is that of the one who may make them; both come from the environment."""

    def __init__(self, *, secret: str, sign_in_url: str) -> None:
        self._secret = secret
        self._sign_in_url = sign_in_url

    def role_of(self, login: str) -> str:
        """Opaque: everybody who is signed in to PostgreSQL can list the names of its roles."""
        return f"viewer_{self._digest(f'role of {login}')[:32]}"

    def connect(
        self, uri: URL, params: dict[str, Any], username: str | None, _security_manager: object, _source: object
    ) -> tuple[URL, dict[str, Any]]:
        """Superset's hook before each connection. A database that somebody else added to Superset is left alone."""
        if uri.username != NOBODY:
            return uri, params
        role = self.role_of(username) if username else NOBODY
        return uri.set(username=role, password=self._password_of(role)), params

    def open(self, login: str) -> None:
        """Makes the role of an account, or gives it its password anew. Raises SQLAlchemyError where that is refused."""
        from psycopg2.extensions import encrypt_password  # noqa: PLC0415 - Superset loads it with its own first query

        role = self.role_of(login)
        with self._engine.begin() as connection:
            server: Any = connection.connection.dbapi_connection
            verifier = encrypt_password(self._password_of(role), role, scope=server, algorithm="scram-sha-256")
            connection.execute(
                text("select access.open_viewer(:login, cast(:role as name), :verifier)"),
                {"login": login, "role": role, "verifier": verifier},
            )

    def projects_of(self, login: str) -> list[int]:
        """Which projects the database shows to an account at this moment."""
        with self._engine.connect() as connection:
            found = connection.execute(
                text("select access.projects_of(cast(:role as name))"), {"role": self.role_of(login)}
            )
            return list(found.scalar() or [])

    def labels_of(self, login: str) -> set[str]:
        """What the rows of an account name by `LABELLED` columns; the policies choose the rows."""
        role = self.role_of(login)
        url = make_url(self._driven).set(username=role, password=self._password_of(role))
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            found = connection.execute(text(LABEL_QUERIES), {"columns": list(LABELLED)})
            queries = [str(query) for (query,) in found]
            labels = connection.execute(text(" union ".join(queries or ["select null"])))
            return {str(label) for (label,) in labels if label is not None}

    @property
    def _driven(self) -> str:
        return f"postgresql+psycopg2://{self._sign_in_url.partition('://')[2]}"

    @cached_property
    def _engine(self) -> Engine:
        return create_engine(self._driven, pool_size=2, max_overflow=6, pool_pre_ping=True)

    def _password_of(self, role: str) -> str:
        """`standalone/passwords.py` derives the same for NOBODY."""
        return self._digest(f"password of {role}")

    def _digest(self, words: str) -> str:
        return hmac.new(self._secret.encode(), words.encode(), hashlib.sha256).hexdigest()
