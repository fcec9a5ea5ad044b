"""The peer of ingestion: ActivityWatch's Python `aw-server` in a virtual environment of its own.

The unpinned set of its packages does not work together; the pins below do.
"""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from benchmarks.ingestion.http_load import request_bytes
from benchmarks.ingestion.service_under_load import wait_for_port
from standalone.ports import LOOPBACK, free_port

PACKAGES = ("aw-server==0.12.0", "aw-client==0.5.15", "aw-core==0.5.18", "flask<2.3", "peewee<4")
BUCKET = "aw-watcher-window_benchmark"
_STARTED_AT = datetime(2026, 1, 1, 7, tzinfo=UTC)


def install(folder: Path) -> Path:
    """The program in an environment below the folder, which is made once and kept. Raises RuntimeError."""
    program = folder / "bin" / "aw-server"
    if program.exists():
        return program
    shutil.rmtree(folder, ignore_errors=True)
    python = folder / "bin" / "python"
    if uv := shutil.which("uv"):
        _run(uv, "venv", "-p", sys.executable, folder)
        _run(uv, "pip", "install", "-p", python, *PACKAGES)
    else:
        _run(sys.executable, "-m", "venv", folder)
        _run(python, "-m", "pip", "install", *PACKAGES)
    return program


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"aw-server cannot be installed: check the package registry. {done.stderr[-1000:]}")


@contextmanager
def serving(program: Path, home: Path) -> Iterator[tuple[int, psutil.Process]]:
    """An empty server with one bucket: its port and its process."""
    home.mkdir(parents=True)
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CONFIG", "CACHE")}
    environment = os.environ | {"HOME": str(home), **folders}
    port = free_port()
    log = home / "aw-server.log"
    command = [str(program), "--host", LOOPBACK, "--port", str(port)]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT) as process,
    ):
        try:
            wait_for_port(port, process, log=log)
            _create_bucket(port)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()


def requests(*, connections: int, batches: int, events: int) -> list[list[bytes]]:
    """For each connection its bulk inserts of window events, one every 0.8 seconds."""
    path = f"/api/0/buckets/{BUCKET}/events"
    headers = {"Content-Type": "application/json"}
    return [
        [request_bytes(path, _events(connection, batch, events), headers) for batch in range(batches)]
        for connection in range(connections)
    ]


def _events(connection: int, batch: int, count: int) -> bytes:
    first = _STARTED_AT + timedelta(days=connection, seconds=batch * count)
    return json.dumps(
        [
            {
                "timestamp": (first + timedelta(milliseconds=800 * number)).isoformat(),
                "duration": 0.8,
                "data": {"app": "excel.exe", "title": f"Record {batch:04d}{number // 25:03d} - excel"},
            }
            for number in range(count)
        ]
    ).encode()


def _create_bucket(port: int) -> None:
    bucket = {"client": "benchmark", "type": "currentwindow", "hostname": "desk-1"}
    request = urllib.request.Request(
        f"http://{LOOPBACK}:{port}/api/0/buckets/{BUCKET}",
        json.dumps(bucket).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own loopback address
        answer.read()
