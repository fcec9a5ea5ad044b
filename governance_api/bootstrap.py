"""`python -m governance_api.bootstrap`: the two accounts without which nobody could create accounts.

Running it again gives them the passwords of the environment, and changes nothing else.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from governance_api.accounts.service import change_account, create_account, find_account
from governance_api.clock import utc_now
from governance_api.database import build_engine
from governance_api.errors import GovernanceError
from governance_api.security.roles import Role
from governance_api.security.secrets_at_rest import is_password
from governance_api.sessions import build_sessions
from governance_api.settings import settings_from_environment
from governance_api.tokens.service import revoke_all_tokens


@dataclass(frozen=True)
class FirstAccount:
    """An account that exists from the start, and the variable that holds its password."""

    login: str
    display_name: str
    role: Role
    variable: str


FIRST_ACCOUNTS = (
    FirstAccount("admin", "Administrator", Role.ADMIN, "TASK_MINING_ADMIN_PASSWORD"),
    FirstAccount("pipelines", "Pipelines", Role.PIPELINES, "TASK_MINING_PIPELINES_PASSWORD"),
)


def bootstrap(engine: Engine, environment: Mapping[str, str], *, now: datetime) -> list[str]:
    """One line per account: what was done. Raises ValueError naming a variable that is missing."""
    with build_sessions(engine).begin() as session:
        return [_ensure(session, each, environment.get(each.variable, ""), now=now) for each in FIRST_ACCOUNTS]


def _ensure(session: Session, first: FirstAccount, password: str, *, now: datetime) -> str:
    if not password:
        raise ValueError(f"{first.variable} is not set: set it to the password that {first.login} shall have.")
    account = find_account(session, first.login)
    if account is None:
        create_account(
            session,
            login=first.login,
            display_name=first.display_name,
            password=password,
            roles=[first.role],
            by=None,
            now=now,
        )
        return f"Account {first.login} was created."
    if is_password(password, account.password_hash):
        return f"Account {first.login} is there already."
    change_account(session, account.account_id, password=password, by=None, now=now)
    revoke_all_tokens(session, account.account_id)
    return f"Account {first.login} was given the password of {first.variable}."


def main() -> int:
    engine = build_engine(settings_from_environment().database_url)
    try:
        for line in bootstrap(engine, os.environ, now=utc_now()):
            sys.stdout.write(f"{line}\n")
    except (GovernanceError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        engine.dispose()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
