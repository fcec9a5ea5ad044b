"""Measures the service with and without hostile connections in one run: answers of others, memory, and who is left.

The peer is the same service by plain uvicorn (`--by-uvicorn`), which the product was started by before.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from benchmarks.abuse.honest import AGENTS, work
from benchmarks.ingestion.service_under_load import APPLICATION, SERVER, ServiceUnderLoad, serving
from governance_api.bootstrap import FIRST_ACCOUNTS, bootstrap
from governance_api.clock import utc_now
from governance_api.database import build_engine

PASSWORD = "correct horse battery"  # noqa: S105 - of a database that lives for a minute
BY_UVICORN = ("uvicorn", APPLICATION, "--factory", "--no-access-log", "--no-proxy-headers", "--log-level", "warning")
#: Longest that a hostile connection may stay (20 seconds for a body or an answer), and some to see it.
GONE_AFTER_SECONDS = 40.0


class Watch:
    """Samples the memory and the connections of the service."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._stopping = threading.Event()
        self.rss_bytes: list[int] = []
        self.connections: list[int] = []

    def run(self) -> None:
        while not self._stopping.wait(0.5):
            self.rss_bytes.append(self._process.memory_info().rss)
            self.connections.append(connection_count(self._process))

    @contextmanager
    def running(self) -> Iterator["Watch"]:
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield self
        finally:
            self._stopping.set()
            thread.join()


def connection_count(process: psutil.Process) -> int:
    """Of its clients, its database not among them."""
    port = next(each.laddr.port for each in process.net_connections("tcp") if each.status == psutil.CONN_LISTEN)
    return sum(each.laddr.port == port and bool(each.raddr) for each in process.net_connections("tcp"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.abuse", description=__doc__)
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--by-uvicorn", action="store_true")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="benchmark-abuse-") as home,
        serving(Path(home), people=AGENTS, server=BY_UVICORN if given.by_uvicorn else SERVER) as service,
    ):
        token = _analyst_token(service)
        _measure(service, token, count=given.connections, seconds=given.seconds)


def _measure(service: ServiceUnderLoad, token: str, *, count: int, seconds: float) -> None:
    def works(round_number: int) -> None:
        waiting = asyncio.run(work(service.port, analyst_token=token, seconds=seconds, round_number=round_number))
        for name, each in zip(("agents", "analyst"), waiting, strict=True):
            print(each.line(f"  {name}"), flush=True)

    rss = service.api.memory_info().rss
    print(f"Nobody else (service at {rss / 2**20:.0f} MiB):")
    works(0)
    print(f"{count} hostile connections:")
    command = [sys.executable, "-m", "benchmarks.abuse.hostile", str(service.port), str(count), str(seconds)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as attack,
        Watch(service.api).running() as watch,
    ):
        works(1)
        ended = time.monotonic()
        while (left := connection_count(service.api)) and time.monotonic() < ended + GONE_AFTER_SECONDS:
            time.sleep(0.5)
        seconds_until_gone = time.monotonic() - ended
        said, _ = attack.communicate()
    print(f"  service: at most {max(watch.rss_bytes) / 2**20:.0f} MiB and {max(watch.connections)} connections at once")
    print(f"  {left} connections left {seconds_until_gone:.0f} s after none began any more; by kind, opened and cut:")
    counted = json.loads(said)
    for kind, opened in sorted(counted["opened"].items()):
        print(f"    {kind}: {opened}, {counted['cut'].get(kind, 0)}")
    print("Nobody else, afterwards:")
    works(2)


def _analyst_token(service: ServiceUnderLoad) -> str:
    engine = build_engine(service.database_url)
    secrets = {each.variable: f"{each.login}_{'0' * 32}" if each.is_service else PASSWORD for each in FIRST_ACCOUNTS}
    bootstrap(engine, secrets, now=utc_now())
    engine.dispose()
    with httpx.Client(base_url=f"http://127.0.0.1:{service.port}", timeout=60) as client:

        def sign_in(login: str) -> dict[str, str]:
            answer = client.post("/tokens", json={"login": login, "password": PASSWORD})
            return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}

        analyst = {"login": "ana", "display_name": "Ana", "password": PASSWORD, "roles": ["analyst"]}
        client.post("/accounts", json=analyst, headers=sign_in("admin")).raise_for_status()
        return sign_in("ana")["Authorization"].removeprefix("Bearer ")
