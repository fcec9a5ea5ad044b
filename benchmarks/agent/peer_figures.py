"""Measures what the peer's queue does with the same misfortunes: aw-client 0.5.15 in a virtual environment of its own.

Change the peer's version here; its environment is made once, below `.benchmarks/`.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import venv
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.agent.figure import Figure
from tests.fakes.agent_process import ROOT

PACKAGES = ("aw-client==0.5.15", "aw-core==0.5.18")
EVENTS = 10
HOME = ROOT / ".benchmarks" / "aw-client"

_PROGRAM = """
import sys, time, datetime, logging
from aw_client import ActivityWatchClient
from aw_core.models import Event
logging.disable(logging.CRITICAL)
client = ActivityWatchClient("bench", host="127.0.0.1", port=int(sys.argv[1]))
client.create_bucket("bench", "test", queued=True)
client.connect()
deadline = time.time() + 20
while not client.request_queue.connected and time.time() < deadline:
    time.sleep(0.1)
print("connected", flush=True)
sys.stdin.readline()
for number in range(10):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=10 * number)
    client.heartbeat("bench", Event(timestamp=at, data={"number": number}), pulsetime=0, queued=True, commit_interval=0)
print("queued", flush=True)
sys.stdin.readline()
time.sleep(12)
print("waiting", len(client.request_queue._persistqueue) if hasattr(client.request_queue._persistqueue, "__len__")
      else client.request_queue._persistqueue.qsize(), flush=True)
"""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.status = 200
        self.numbers: set[int] = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Silent."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status = self.server.status if "heartbeat" in self.path else 200
        if status == 200 and "heartbeat" in self.path:
            self.server.numbers.add(json.loads(body)["data"]["number"])
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = _serve  # noqa: N815 - names of the base class


def _interpreter() -> Path:
    """Installed once, beside the repository's other measured things."""
    python = HOME / "bin" / "python"
    if not python.exists():
        venv.create(HOME, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
        subprocess.run(install, check=True, capture_output=True, timeout=300)
    return python


def measure() -> list[Figure]:
    try:
        python = _interpreter()
    except (subprocess.SubprocessError, OSError) as error:
        return [Figure("aw-client 0.5.15", f"not measured: {type(error).__name__} while installing {PACKAGES[0]}")]
    return [_misfortune(python, name) for name in ("500", "503", "refused")]


def _misfortune(python: Path, name: str) -> Figure:
    server = _Server()
    port = server.server_address[1]
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "HOME": home,
            "XDG_DATA_HOME": home,
            "XDG_CONFIG_HOME": home,
            "XDG_CACHE_HOME": home,
        }
        with subprocess.Popen(
            [str(python), "-c", _PROGRAM, str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdout.readline()
            if name == "refused":
                server.shutdown()
                server.server_close()
            else:
                server.status = int(name)
            _next(process)
            threading.Event().wait(4)
            if name == "refused":
                numbers = server.numbers
                server = _Server(port)
                server.numbers = numbers
            server.status = 200
            waiting = _next(process).rpartition(" ")[2].strip()
            process.kill()
    server.shutdown()
    server.server_close()
    lost = EVENTS - len(server.numbers) - int(waiting or 0)
    return Figure(f"peer aw-client 0.5.15, server answers {name}", f"{lost} of {EVENTS} lost, {waiting} still queued")


def _next(process: subprocess.Popen[str]) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline()


if __name__ == "__main__":
    for figure in measure():
        sys.stdout.write(figure.line + "\n")
