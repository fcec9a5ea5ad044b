"""`python -m governance_api.bootstrap`: the accounts that are there from the start, an admin and three services.

Running it again gives them the password and the tokens of the environment, and changes nothing else. A service never
has a password: nobody can guess at it, and no failed guess can shut it out.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from governance_api.accounts.service import change_account, create_account, find_account, take_password
from governance_api.clock import utc_now
from governance_api.database import build_engine
from governance_api.errors import GovernanceError
from governance_api.security.roles import Role
from governance_api.security.secrets_at_rest import is_password
from governance_api.sessions import build_sessions
from governance_api.settings import settings_from_environment
from governance_api.tokens.service import give_service_token, revoke_all_tokens


@dataclass(frozen=True)
class FirstAccount:
    """An account that exists from the start, and the variable that holds its password or token."""

    login: str
    display_name: str
    role: Role
    variable: str
    is_service: bool = False


#: As random as the tokens that the service makes itself, whose digests need no salt.
TOKEN_MIN = 32

FIRST_ACCOUNTS = (
    FirstAccount("admin", "Administrator", Role.ADMIN, "TASK_MINING_ADMIN_PASSWORD"),
    FirstAccount("pipelines", "Pipelines", Role.PIPELINES, "TASK_MINING_PIPELINES_TOKEN", is_service=True),
    FirstAccount("superset", "Superset", Role.SUPERSET, "TASK_MINING_SUPERSET_TOKEN", is_service=True),
    FirstAccount("dagster", "Dagster", Role.DAGSTER, "TASK_MINING_DAGSTER_TOKEN", is_service=True),
)


def bootstrap(engine: Engine, environment: Mapping[str, str], *, now: datetime) -> list[str]:
    """One line per account: what was done. Raises ValueError naming a variable that is missing."""
    with build_sessions(engine).begin() as session:
        return [_ensure(session, each, environment.get(each.variable, ""), now=now) for each in FIRST_ACCOUNTS]


def _ensure(session: Session, first: FirstAccount, secret: str, *, now: datetime) -> str:
    kind = "token" if first.is_service else "password"
    if not secret:
        raise ValueError(f"{first.variable} is not set: set it to the {kind} that {first.login} shall have.")
    if first.is_service and len(secret) < TOKEN_MIN:
        raise ValueError(f"{first.variable} is too short: set it to at least {TOKEN_MIN} random characters.")
    account = find_account(session, first.login)
    is_new = account is None
    account_id = account.account_id if account else _create(session, first, secret, now=now)
    if first.is_service:
        take_password(session, account_id, now=now)
        is_changed = give_service_token(session, account_id, secret, now=now)
    else:
        is_changed = account is not None and not is_password(secret, account.password_hash)
        if is_changed:
            change_account(session, account_id, password=secret, by=None, now=now)
            revoke_all_tokens(session, account_id, now=now)
    if is_new:
        return f"Account {first.login} was created."
    if is_changed:
        return f"Account {first.login} was given the {kind} of {first.variable}."
    return f"Account {first.login} is there already."


def _create(session: Session, first: FirstAccount, secret: str, *, now: datetime) -> int:
    return create_account(
        session,
        login=first.login,
        display_name=first.display_name,
        password=None if first.is_service else secret,
        roles=[first.role],
        by=None,
        now=now,
    ).account_id


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
