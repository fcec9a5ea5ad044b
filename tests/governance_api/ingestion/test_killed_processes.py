"""The API is killed while batches arrive: nothing receipted is lost, and after a resend nothing is there twice.

Real processes on a real database; `test_durability` has the failures inside one process.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import httpx
import pytest

from domain.event_batches import COLUMNS_MEDIA_TYPE
from domain.landing_files import CONTEXTS_FOLDER, LANDING_FOLDER
from governance_api.ingestion.routes import PATH
from pipelines.resources.authorities import trusted_authorities
from standalone.ports import LOOPBACK, free_port, is_port_open
from tests.governance_api.ingestion.builders import Agent, Database, columns_body, events, session_of, wait_until

pytestmark = pytest.mark.journey
BATCHES, EVENTS, KILLS, WORKERS = 60, 50, 2, 2


@contextmanager
def api(database_url: str, lake: Path, *, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The product's own application in processes of their own, killed at the end if they still live."""
    environment = os.environ | {
        "TASK_MINING_DATABASE_URL": database_url,
        "TASK_MINING_LAKE": str(lake),
        "TASK_MINING_HOME": str(lake),
    }
    command = [sys.executable, "-m", "uvicorn", "governance_api.app:app_from_environment", "--factory"]
    options = ["--host", LOOPBACK, "--port", str(port), "--log-level", "critical", "--workers", str(WORKERS)]
    with subprocess.Popen([*command, *options], env=environment, start_new_session=True) as process:
        try:
            wait_until(lambda: is_port_open(port))
            yield process
        finally:
            kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """kill -9 of the server and its workers, which are a process group of their own."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Sender(threading.Thread):
    """One agent that sends its batches in order, each until it is receipted, whatever happens to the server."""

    def __init__(self, agent: Agent, port: int, stopping: threading.Event) -> None:
        super().__init__()
        self.agent, self._port, self._stopping = agent, port, stopping
        self.receipts: dict[str, dict[str, int]] = {}
        self.attempts = 0

    def run(self) -> None:
        session = session_of(self.agent)
        headers = {"Authorization": f"Bearer {self.agent.token}", "Content-Type": COLUMNS_MEDIA_TYPE}
        url, each_anew = f"http://{LOOPBACK}:{self._port}", httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(
            base_url=url, headers=headers, timeout=60, verify=trusted_authorities(), limits=each_anew
        ) as client:
            for number in range(BATCHES):
                body = columns_body(f"b-{number}", session, events(EVENTS, first=number * EVENTS))
                self._deliver(client, f"b-{number}", body)

    def _deliver(self, client: httpx.Client, key: str, body: bytes) -> None:
        while key not in self.receipts and not self._stopping.is_set():
            self.attempts += 1
            try:
                answer = client.post(PATH, content=body)
            except httpx.TransportError:
                self._stopping.wait(0.02)
                continue
            if answer.status_code == 200:
                self.receipts[key] = answer.json()


def wait_for_receipts(senders: list[Sender], count: int) -> None:
    """Until one of the senders has so many."""
    wait_until(lambda: max(len(sender.receipts) for sender in senders) >= count)


def test_killing_the_api_loses_nothing_receipted_and_doubles_nothing(database_url: str, tmp_path: Path) -> None:
    database, port, stopping = Database(database_url), free_port(), threading.Event()
    senders = [Sender(Agent(database).collecting(), port, stopping) for _ in range(4)]
    agents = [sender.agent.agent_id for sender in senders]
    for sender in senders:
        sender.start()
    try:
        for kills in range(1, KILLS + 1):
            with api(database_url, tmp_path, port=port) as process:
                wait_for_receipts(senders, kills * BATCHES // (KILLS + 1))
                kill(process)
        with api(database_url, tmp_path, port=port):
            for sender in senders:
                sender.join(200)
    finally:
        stopping.set()
    sent = BATCHES * EVENTS * len(senders)
    for sender in senders:
        assert [r["accepted"] + r["duplicate"] for r in sender.receipts.values()] == [EVENTS] * BATCHES
    receipted = "select sum(accepted), count(*) from governance.batch_receipts where agent_id = any(%s)"
    assert database.rows(receipted, agents) == [(sent, BATCHES * len(senders))]
    files = "select file_name from governance.landings where landing_id in"
    files += " (select landing_id from governance.batch_receipts where agent_id = any(%s))"
    recorded = [str(tmp_path / LANDING_FOLDER / name) for (name,) in database.rows(files, agents)]
    everything = str(tmp_path / LANDING_FOLDER / "*.parquet")
    assert numbers_of(recorded) == (sent, sent)
    assert numbers_of([everything])[1] == sent
    unknown = "select count(*) from read_parquet(?) anti join read_parquet(?) using (context_key)"
    assert duckdb.execute(unknown, [everything, str(tmp_path / CONTEXTS_FOLDER / "*.parquet")]).fetchone() == (0,)


def numbers_of(files: list[str]) -> tuple[int, int]:
    """Rows, and distinct events among them."""
    counted = duckdb.execute("select count(*), count(distinct (session_key, sequence)) from read_parquet(?)", [files])
    rows, distinct = counted.fetchall()[0]
    return rows, distinct
