"""Starts the governance API as the product runs it, one worker on a PostgreSQL of its own, and counts what it costs."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from benchmarks.ingestion.generated_batches import STARTED_AT, session_of
from governance_api.security.logins import login_key
from governance_api.security.secrets_at_rest import token_hash
from standalone.ports import LOOPBACK, free_port, is_port_open
from standalone.postgres.cluster import EmbeddedPostgres

START_SECONDS = 60
APPLICATION = "governance_api.app:app_from_environment"
#: As the product starts it.
SERVER = ("standalone.serving", APPLICATION)


@dataclass(frozen=True, kw_only=True)
class ServiceUnderLoad:
    """Where it listens, its lake, its database, and its processes."""

    port: int
    lake: Path
    database_url: str
    api: psutil.Process
    postgres: psutil.Process

    def cpu_seconds(self) -> tuple[float, float]:
        """User and system time so far: of the API, and of PostgreSQL with all its backends."""
        return cpu_seconds_of(self.api), cpu_seconds_of(self.postgres)


def cpu_seconds_of(process: psutil.Process) -> float:
    """User and system time of a process, its living children, and the ended ones it has waited for."""
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    ended = process.cpu_times()
    return sum(t.user + t.system for t in times) + float(ended.children_user + ended.children_system)


@contextmanager
def serving(home: Path, *, people: int, server: Sequence[str] = SERVER) -> Iterator[ServiceUnderLoad]:
    """Starts the service in an empty home with so many agents whose persons have consented; ends everything after."""
    cluster = EmbeddedPostgres(home=home, port=free_port())
    cluster.start()
    try:
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute("create database task_mining")
        environment = os.environ | {
            "TASK_MINING_HOME": str(home),
            "TASK_MINING_LAKE": str(home / "lake"),
            "TASK_MINING_DATABASE_URL": cluster.url("task_mining"),
        }
        subprocess.run([sys.executable, "-m", "governance_api.migrations", "upgrade"], check=True, env=environment)
        register(cluster.url("task_mining"), people)
        with _api(home, environment, server) as (port, api):
            postgres = cluster.find_postmaster()
            if postgres is None:
                raise RuntimeError("PostgreSQL ended while the benchmark was starting: run it again.")
            yield ServiceUnderLoad(
                port=port, lake=home / "lake", database_url=cluster.url("task_mining"), api=api, postgres=postgres
            )
    finally:
        cluster.stop()


def token_of(number: int) -> str:
    return f"agent_benchmark_{number}"


@contextmanager
def _api(home: Path, environment: dict[str, str], server: Sequence[str]) -> Iterator[tuple[int, psutil.Process]]:
    port = free_port()
    command = [sys.executable, "-m", *server, "--host", LOOPBACK, "--port", str(port)]
    with (
        (home / "api.log").open("wb") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT) as process,
    ):
        try:
            wait_for_port(port, process, log=home / "api.log")
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()


def wait_for_port(port: int, process: "subprocess.Popen[bytes]", *, log: Path) -> None:
    """Returns when somebody answers; raises RuntimeError with the log's end when the process does not get there."""
    deadline = time.monotonic() + START_SECONDS
    while not is_port_open(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The server under load did not start: {log.read_text()[-1000:]}")
        time.sleep(0.05)


def register(database_url: str, people: int) -> None:
    """People, agents, and one approved and consented window for each, since before the first event."""
    with psycopg.connect(database_url) as connection:
        account_id = _value(
            connection,
            "insert into governance.accounts (login, login_key, display_name)"
            " values ('benchmark', 'benchmark', 'Benchmark') returning account_id",
        )
        request_id = _value(
            connection,
            "insert into governance.data_requests (name, purpose, starts_on, requested_by)"
            " values ('Benchmark', 'Benchmark', %s, %s) returning data_request_id",
            STARTED_AT.date(),
            account_id,
        )
        for number in range(people):
            _register_one(connection, request_id, number)


def _register_one(connection: "psycopg.Connection[tuple[object, ...]]", request_id: int, number: int) -> None:
    session = session_of(number)
    person = _value(
        connection,
        "insert into governance.workstation_users (login, login_key, display_name, time_zone)"
        " values (%s, %s, %s, %s) returning workstation_user_id",
        *(session.login, login_key(session.login), session.login, session.time_zone),
    )
    agent = _value(
        connection,
        "insert into governance.agents (workstation_user_id, host, agent_version, token_hash, stage)"
        " values (%s, %s, '1.0', %s, 'installed') returning agent_id",
        *(person, session.host, token_hash(token_of(number))),
    )
    approval = _value(
        connection,
        "insert into governance.approvals (data_request_id, workstation_user_id, decision, decided_at, decision_seq)"
        " values (%s, %s, 'approved', now(), nextval('governance.decision_seq')) returning approval_id",
        *(request_id, person),
    )
    connection.execute(
        "insert into governance.collection_windows (approval_id, workstation_user_id, starts_at) values (%s, %s, %s)",
        (approval, person, STARTED_AT),
    )
    connection.execute(
        "insert into governance.consents (approval_id, workstation_user_id, answer, text, answered_at, agent_id)"
        " values (%s, %s, 'accepted', '', now(), %s)",
        (approval, person, agent),
    )


def _value(connection: "psycopg.Connection[tuple[object, ...]]", statement: str, *values: object) -> int:
    row = connection.execute(statement, values).fetchone()
    if row is None or not isinstance(row[0], int):
        raise TypeError(f"No number came back from: {statement}")
    return row[0]
