"""The service over a fresh database of the module, an admin, and a world that talks to it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import Engine, text

from domain.tasks.audit_trails import COLUMNS
from governance_api.app import create_app
from governance_api.bootstrap import bootstrap
from governance_api.security import secrets_at_rest
from governance_api.settings import Settings
from pipelines.resources.authorities import trusted_authorities
from tests.governance_api.serving import serving
from tests.governance_api.world import PASSWORD, MovableClock, World

SERVICE_TOKENS = {login: f"tm_service_of_{login}_{'0' * 32}" for login in ("pipelines", "superset", "dagster")}
FIRST_SECRETS = {
    "TASK_MINING_ADMIN_PASSWORD": PASSWORD,
    "TASK_MINING_PIPELINES_TOKEN": SERVICE_TOKENS["pipelines"],
    "TASK_MINING_SUPERSET_TOKEN": SERVICE_TOKENS["superset"],
    "TASK_MINING_DAGSTER_TOKEN": SERVICE_TOKENS["dagster"],
}


@pytest.fixture(scope="package", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords are slow to guess on purpose; what they cost is in `security/test_secrets_at_rest.py`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets_at_rest, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="module")
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="module")
def audit_trails(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of audit trails, with an empty one in it."""
    folder: Path = tmp_path_factory.mktemp("audit_trails")
    (folder / "incidents.csv").write_text(",".join(COLUMNS) + "\n")
    return folder


@pytest.fixture(scope="module")
def app(
    engine: Engine,
    database_url: str,
    clock: MovableClock,
    audit_trails: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> FastAPI:
    lake: Path = tmp_path_factory.mktemp("lake")
    bootstrap(engine, FIRST_SECRETS, now=clock())
    settings = Settings(
        database_url=database_url,
        lake=lake,
        audit_trails=audit_trails,
        audit_folder=tmp_path_factory.mktemp("audit"),
    )
    return create_app(settings, engine=engine, clock=clock)


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    """Where the running service is reached."""
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60, verify=trusted_authorities()) as client:
        yield client


@pytest.fixture(scope="module")
def world(client: httpx.Client, clock: MovableClock, engine: Engine) -> World:
    def headers(login: str) -> dict[str, str]:
        answer = client.post("/tokens", json={"login": login, "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    # Clocks of tests go on by hours; those about idle sessions set their own limit.
    with engine.begin() as connection:
        longest = "update governance.configuration_records set value = '1440' where name = 'idle_minutes'"
        connection.execute(text(longest))
    world = World(client=client, clock=clock, engine=engine, admin=headers("admin"))
    for login, token in SERVICE_TOKENS.items():
        world.tokens[login] = {"Authorization": f"Bearer {token}"}
    return world
