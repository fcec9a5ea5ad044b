"""Events per second and CPU-seconds per million events over HTTP, beside the Python aw-server in the same run.

Run by `python -m benchmarks.ingestion`; what is sent is made by `generated_batches`, before the clock starts.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.ingestion import aw_server
from benchmarks.ingestion.generated_batches import batch_of, columns_body, rows_body
from benchmarks.ingestion.http_load import request_bytes, send_all
from benchmarks.ingestion.service_under_load import ServiceUnderLoad, cpu_seconds_of, serving, token_of
from domain.event_batches import COLUMNS_MEDIA_TYPE, ROWS_MEDIA_TYPE, BatchReceipt, EventBatch

CACHE = Path(".benchmarks")
CONNECTIONS = 64


@dataclass(frozen=True, kw_only=True)
class Form:
    """One wire form, and how many batches of which size each connection sends."""

    name: str
    media_type: str
    encode: Callable[[EventBatch], bytes]
    connections: int
    events: int
    batches: int

    @property
    def size(self) -> str:
        return f"{self.connections} × {self.events}"


FORMS = (
    Form(
        name="columns",
        media_type=COLUMNS_MEDIA_TYPE,
        encode=columns_body,
        connections=CONNECTIONS,
        events=500,
        batches=96,
    ),
    Form(name="rows", media_type=ROWS_MEDIA_TYPE, encode=rows_body, connections=CONNECTIONS, events=500, batches=40),
    Form(name="columns", media_type=COLUMNS_MEDIA_TYPE, encode=columns_body, connections=1, events=1000, batches=400),
)
PEER = Form(name="aw-server", media_type="", encode=columns_body, connections=CONNECTIONS, events=500, batches=2)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What one form cost."""

    events: int
    seconds: float
    api_cpu_seconds: float
    database_cpu_seconds: float = 0.0

    @property
    def rate(self) -> float:
        return self.events / self.seconds

    @property
    def cpu_per_million(self) -> float:
        return (self.api_cpu_seconds + self.database_cpu_seconds) * 1e6 / self.events

    def line(self, name: str) -> str:
        database = self.database_cpu_seconds * 1e6 / self.events
        of_database = f", {database:.2f} of them PostgreSQL" if database else ""
        return f"{name}: {self.rate:,.0f} events/s, {self.cpu_per_million:.2f} CPU-s per million{of_database}"


def requests_of(form: Form, *, first_person: int) -> list[list[bytes]]:
    """For each connection, one person's batches in order."""

    def request(person: int, index: int) -> bytes:
        headers = {
            "Authorization": f"Bearer {token_of(person)}",
            "Content-Type": form.media_type,
            "Content-Encoding": "zstd",
        }
        return request_bytes("/agent/event-batches", form.encode(batch_of(person, index, form.events)), headers)

    people = range(first_person, first_person + form.connections)
    return [[request(person, index) for index in range(form.batches)] for person in people]


def measure(service: ServiceUnderLoad, queues: Sequence[Sequence[bytes]]) -> Figure:
    """Sends everything; raises RuntimeError when an event was not accepted."""
    before = service.cpu_seconds()
    result = send_all(service.port, queues)
    api, database = (after - first for after, first in zip(service.cpu_seconds(), before, strict=True))
    receipts = [msgspec.json.decode(answer, type=BatchReceipt) for answer in result.answers]
    accepted = sum(receipt.accepted for receipt in receipts)
    if accepted != sum(receipt.sent for receipt in receipts):
        raise RuntimeError("The service refused events of the benchmark: see its log.")
    return Figure(events=accepted, seconds=result.seconds, api_cpu_seconds=api, database_cpu_seconds=database)


def measure_peer(home: Path) -> Figure:
    """The same number of connections and events per request against aw-server."""
    program = aw_server.install((CACHE / "aw-server").resolve())
    queues = aw_server.requests(connections=PEER.connections, batches=PEER.batches, events=PEER.events)
    with aw_server.serving(program, home) as (port, process):
        before = cpu_seconds_of(process)
        result = send_all(port, queues)
        cpu_seconds = cpu_seconds_of(process) - before
    events = PEER.connections * PEER.batches * PEER.events
    return Figure(events=events, seconds=result.seconds, api_cpu_seconds=cpu_seconds)


def main() -> None:
    """Prints one line per form, the peer's line, and the ratio at equal connections and batch size."""
    with tempfile.TemporaryDirectory(prefix="task-mining-benchmark-") as folder:
        figures: dict[str, Figure] = {}
        people = sum(form.connections for form in FORMS)
        first_person = 0
        with serving(Path(folder) / "home", people=people) as service:
            for form in FORMS:
                queues = requests_of(form, first_person=first_person)
                first_person += form.connections
                name = f"ingestion, {form.name}, {form.size}"
                figures[name] = measure(service, queues)
                print(figures[name].line(name), flush=True)
        peer = measure_peer(Path(folder) / "aw-server")
    name = f"aw-server (Python), bulk insert, {PEER.size}"
    print(peer.line(name))
    for ours, figure in figures.items():
        if PEER.size in ours:
            rate, cpu = figure.rate / peer.rate, peer.cpu_per_million / figure.cpu_per_million
            print(f"{ours} ÷ aw-server: {rate:.1f} × the rate, 1/{cpu:.0f} of the CPU per event")
