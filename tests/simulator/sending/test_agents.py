"""Delivery against a small real server that plays the governance API, sometimes badly."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest
from backports import zstd

from domain.dates.collection_windows import CollectionWindow
from domain.event_batches import BatchReceipt, EventBatch, to_microseconds
from domain.losses import LossReason
from domain.policies import AgentPolicy, Assignment, ConsentState, encode_policy
from simulator.parameters import Parameters, Rates
from simulator.sending.agent_connection import AgentConnection, DeliveryError
from simulator.sending.agents import WorkforceDelivery

PARAMETERS = Parameters(
    last_on=date(2026, 3, 6),
    people_per_team=1,
    working_days=2,
    events_per_batch=100,
    rates=Rates(visit_seconds=300, events_per_person_day=300, resent_batch_share=0.3, clock_ahead_share=1.0),
)
AHEAD_US = to_microseconds(datetime(2030, 1, 1, tzinfo=UTC))


class SmallApi:
    """Keeps what a governance API would: batches by key, consents by approval. It refuses by time alone."""

    def __init__(self) -> None:
        self.batches: dict[str, EventBatch] = {}
        self.consents: list[dict[str, object]] = []
        self.busy_answers = 0
        self.receipt_error = 0
        self.has_assignment = True

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        if self.busy_answers:
            self.busy_answers -= 1
            return 503, b'{"detail": "The commit is slow: send again."}'
        match path:
            case "/agents/enrol":
                return 200, b'{"agent_id": 1, "agent_token": "secret", "workstation_user_id": 5}'
            case "/agent/policy":
                return 200, encode_policy(self._policy())
            case "/agent/consents":
                self.consents.append(msgspec.json.decode(body))
                return 200, b"{}"
            case "/agent/event-batches":
                return 200, msgspec.json.encode(self._receipt(body))
        return 404, b'{"detail": "There is no such route: look it up."}'

    def _policy(self) -> AgentPolicy:
        window = CollectionWindow(5, 0, None)
        assignment = Assignment(11, "Pilot", "To try it", ConsentState.PENDING, "Do you agree?", window)
        assignments = (assignment,) if self.has_assignment else ()
        return AgentPolicy(version="1", workstation_user_id=5, login="somebody", assignments=assignments)

    def _receipt(self, body: bytes) -> BatchReceipt:
        batch = msgspec.msgpack.decode(zstd.decompress(body), type=EventBatch)
        count = batch.event_count
        if self.batches.setdefault(batch.batch_key, batch) is not batch:
            return BatchReceipt(batch.batch_key, count, 0, count, {}, 0)
        instants = memoryview(batch.occurred_at).cast("q")
        refused = {
            str(LossReason.CLOCK_AHEAD): sum(instant > AHEAD_US for instant in instants),
            str(LossReason.OUTSIDE_COLLECTION_WINDOW): sum(
                0 < midnight_us - instant <= 4_000_000 for instant in instants for midnight_us in _midnights()
            ),
        }
        refused = {reason: number for reason, number in refused.items() if number}
        return BatchReceipt(batch.batch_key, count, count - sum(refused.values()) + self.receipt_error, 0, refused, 0)


def _midnights() -> list[int]:
    """Of 5 March in Berlin: every team's first person lives there."""
    return [to_microseconds(datetime(2026, 3, 4, 23, tzinfo=UTC))]


@contextmanager
def served(api: SmallApi) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, text = api.answer(self.path, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """The test's output stays its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_every_receipt_says_what_the_truth_expects() -> None:
    api = SmallApi()
    sent: list[int] = []
    with served(api) as url:
        delivered = WorkforceDelivery(
            PARAMETERS, api_url=url, registration_key="key", connections=2, on_sent=sent.append
        ).run()
    assert delivered.unexpected == []
    assert delivered.receipts == msgspec.structs.replace(delivered.truth.counts, repeated=0)
    assert sum(sent) == delivered.receipts.sent
    assert set(delivered.receipts.refused) == {"clock_ahead", "outside_collection_window"}
    assert [consent["answer"] for consent in api.consents] == ["accepted"] * 3


def test_a_busy_server_is_asked_again_and_nothing_is_counted_twice() -> None:
    api = SmallApi()
    api.busy_answers = 3
    with served(api) as url:
        delivered = WorkforceDelivery(PARAMETERS, api_url=url, registration_key="key", connections=1).run()
    assert delivered.retry_count == 3
    assert delivered.unexpected == []


def test_a_receipt_that_does_not_add_up_is_an_error() -> None:
    api = SmallApi()
    api.receipt_error = 1
    with served(api) as url, pytest.raises(DeliveryError, match="does not add up"):
        WorkforceDelivery(PARAMETERS, api_url=url, registration_key="key", connections=1).run()


def test_nobody_sends_without_an_approved_data_request() -> None:
    api = SmallApi()
    api.has_assignment = False
    with served(api) as url, pytest.raises(DeliveryError, match="approve one, then deliver again"):
        WorkforceDelivery(PARAMETERS, api_url=url, registration_key="key", connections=1).run()
    assert api.batches == {}


def test_patience_with_a_server_that_is_gone_ends_with_the_remedy() -> None:
    now = iter(range(1000))
    connection = AgentConnection(
        "http://127.0.0.1:1", patience_seconds=3, pause=lambda seconds: None, clock=lambda: float(next(now))
    )
    with pytest.raises(DeliveryError, match="start the API"):
        connection.ask("GET", "/agent/policy", answer=object)
    assert connection.retry_count == 2


def test_an_address_that_is_none_is_named() -> None:
    with pytest.raises(DeliveryError, match="name one such as"):
        AgentConnection("ftp://somewhere")
