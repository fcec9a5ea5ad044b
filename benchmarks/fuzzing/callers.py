"""Everybody who calls the service: nobody, an account of each role, an agent. Whoever was locked out comes anew.

Fuzzing ends sessions, closes accounts, takes roles away and removes agents, as anybody may who is allowed to. So
accounts are made past the service, in its database.
"""

from itertools import count

import psycopg
from sqlalchemy import Engine

from benchmarks.ingestion.service_under_load import token_of
from governance_api.accounts.service import create_account
from governance_api.clock import utc_now
from governance_api.security.roles import Role
from governance_api.sessions import build_sessions
from governance_api.tokens.sessions import open_session
from governance_api.tokens.tables import SessionKind

NOBODY, AGENT, PERSON = "nobody", "agent", "person"
CALLERS = (NOBODY, AGENT, PERSON, *(role.value for role in Role))


class Callers:
    """`people` agents are registered before; each is used until its token ends."""

    def __init__(self, engine: Engine, *, people: int) -> None:
        self._engine = engine
        self._people = people
        self._numbers = count()
        self._headers: dict[str, dict[str, str]] = {NOBODY: {}}
        self._account_ids: dict[str, int] = {}
        self.agent = 0
        for name in CALLERS[1:]:
            self.renew(name)

    def headers_of(self, name: str) -> dict[str, str]:
        return self._headers[name]

    def browser_of(self, name: str) -> str:
        """The cookie of a browser on which the account has just signed in; an agent has no account, and so nobody's."""
        account_id = self._account_ids.get(name)
        return "" if account_id is None else self._opened(account_id, SessionKind.BROWSER)

    def renew(self, name: str) -> None:
        """Another one of this kind: the next agent, or a new account, which then answers for all people if it may."""
        if name == NOBODY:
            return
        number = next(self._numbers)
        token = token_of(self._next_agent()) if name == AGENT else self._account(name, number)
        self._headers[name] = {"Authorization": f"Bearer {token}"}

    def _next_agent(self) -> int:
        self.agent = (self.agent + 1) % self._people
        return self.agent

    def _account(self, name: str, number: int) -> str:
        roles = [] if name == PERSON else [Role(name)]
        now = utc_now()
        with build_sessions(self._engine).begin() as session:
            made = create_account(
                session,
                login=f"{name}-{number}",
                display_name=name,
                password=None,
                roles=roles,
                by=None,
                now=now,
            )
        if name == Role.MANAGER:
            address = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
            with psycopg.connect(address, autocommit=True) as connection:
                answers_for = (
                    "update governance.workstation_users set manager_account_id = %s where login like 'person%%'"
                )
                connection.execute(answers_for, (made.account_id,))
        self._account_ids[name] = made.account_id
        return self._opened(made.account_id, SessionKind.TOKEN)

    def _opened(self, account_id: int, kind: SessionKind) -> str:
        with build_sessions(self._engine).begin() as session:
            opened = open_session(session, account_id, kind=kind, address="127.0.0.1", client="fuzzing", now=utc_now())
        return opened.access_token
