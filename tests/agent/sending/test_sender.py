"""Whatever the server answers, every event arrives at least once, and the same delivery under the same key."""

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from agent.sending.sender import Sender, SenderState
from agent.service_link.client import ServiceClient, parse_address
from agent.spool.store import SpoolStore
from domain.event_batches import EventBatch
from domain.losses import LossReason
from tests.agent.builders import agent_session, raw_event
from tests.fakes.agent_service import AgentService, Call, answering, hostile


@pytest.fixture
def service() -> Iterator[AgentService]:
    with AgentService() as service:
        yield service


@pytest.fixture
def store(tmp_path: Path) -> SpoolStore:
    return SpoolStore(tmp_path / "spool.sqlite")


def _fill(store: SpoolStore, count: int) -> None:
    number = store.begin_session(agent_session())
    store.append(number, [raw_event(sequence) for sequence in range(count)])


_clients: list[ServiceClient] = []


@pytest.fixture(autouse=True)
def _close_clients() -> Iterator[None]:
    yield
    while _clients:
        _clients.pop().close()


def _sender(store: SpoolStore, service: AgentService, *, timeout: float = 0.2) -> Sender:
    _clients.append(ServiceClient(parse_address(service.url), token="token", timeout_seconds=timeout))
    return Sender(store, _clients[-1], uniform=lambda low, high: low)


def test_with_nothing_to_send_no_call_is_made(store: SpoolStore, service: AgentService) -> None:
    assert _sender(store, service).step() > 0
    assert service.calls == []


def test_what_waits_is_sent_and_only_then_forgotten(store: SpoolStore, service: AgentService) -> None:
    _fill(store, 1200)
    sender = _sender(store, service)
    while store.waiting_count:
        sender.step()
    assert sorted(sequence for _, sequence in service.delivered) == list(range(1200))
    assert sender.state is SenderState.SENDING
    assert sender.last_sent_us is not None


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408, 404, 403])
def test_a_server_that_fails_costs_no_event(status: int, store: SpoolStore, service: AgentService) -> None:
    _fill(store, 10)
    service.misbehaves = answering(status)
    sender = _sender(store, service)
    sender.step()
    assert sender.state is SenderState.WAITING_TO_RETRY
    assert store.waiting_count == 10
    service.misbehaves = lambda call: False
    sender.step()
    assert store.waiting_count == 0
    assert set(service.delivered.values()) == {1}


def test_a_server_that_is_not_there_costs_no_event(store: SpoolStore) -> None:
    _fill(store, 10)
    with AgentService() as service:
        port = service.server_address[1]
    client = ServiceClient(parse_address(f"http://127.0.0.1:{port}"), timeout_seconds=0.2)
    sender = Sender(store, client, uniform=lambda low, high: high)
    waits = [sender.step() for _ in range(12)]
    assert waits == sorted(waits)
    assert waits[-1] == 300.0
    assert store.waiting_count == 10


def test_retry_after_is_a_floor(store: SpoolStore, service: AgentService) -> None:
    _fill(store, 1)

    def busy(call: Call) -> bool:
        call.answer(503, headers={"Retry-After": "77"})
        return True

    service.misbehaves = busy
    assert _sender(store, service).step() == 77.0


def test_a_token_that_is_no_longer_known_asks_for_enrolment_and_keeps_everything(
    store: SpoolStore, service: AgentService
) -> None:
    _fill(store, 10)
    service.misbehaves = answering(401)
    sender = _sender(store, service)
    sender.step()
    sender.step()
    assert sender.state is SenderState.RE_ENROLMENT_WANTED
    assert "enrol" in sender.last_error
    assert len(service.calls) == 1
    assert store.waiting_count == 10


def test_one_poisoned_event_is_found_and_put_aside(store: SpoolStore, service: AgentService) -> None:
    _fill(store, 100)

    def refuse_number_42(call: Call) -> bool:
        batch = msgspec.msgpack.decode(gzip.decompress(call.body), type=EventBatch)
        if 42 not in memoryview(batch.sequence).cast("q"):
            return False
        call.answer(422, {"detail": "Event 42 is odd."})
        return True

    service.misbehaves = refuse_number_42
    sender = _sender(store, service)
    for _ in range(40):
        sender.step()
    assert sorted(sequence for _, sequence in service.delivered) == [n for n in range(100) if n != 42]
    assert [(loss.reason, loss.event_count) for loss in store.list_losses()] == [(LossReason.POISONED, 1)]


def test_a_server_that_refuses_everything_does_not_empty_the_spool(store: SpoolStore, service: AgentService) -> None:
    _fill(store, 100)
    service.misbehaves = answering(422, {"detail": "No."})
    sender = _sender(store, service)
    for _ in range(300):
        sender.step()
    assert sender.state is SenderState.SERVER_REFUSES_ALL
    assert store.waiting_count >= 95


@pytest.mark.parametrize(
    "receipt",
    [
        b"",
        b"<html>hotel wifi</html>",
        {"batch_key": "another", "sent": 1, "accepted": 1, "duplicate": 0, "refused": {}, "server_time_us": 1},
        b"[" * 100_000,
        b"x" * 5_000_000,
    ],
    ids=["empty", "a page", "of another delivery", "nested", "absurdly large"],
)
def test_an_answer_that_is_no_receipt_of_this_delivery_is_none(
    receipt: object, store: SpoolStore, service: AgentService
) -> None:
    _fill(store, 1)
    service.misbehaves = answering(200, receipt)
    sender = _sender(store, service, timeout=2)
    sender.step()
    assert sender.state is SenderState.WAITING_TO_RETRY
    assert store.waiting_count == 1


def test_a_redirect_is_never_followed(store: SpoolStore, service: AgentService) -> None:
    _fill(store, 1)

    def redirect(call: Call) -> bool:
        call.answer(307, headers={"Location": "http://elsewhere.example/"})
        return True

    service.misbehaves = redirect
    sender = _sender(store, service)
    sender.step()
    assert "redirects elsewhere" in sender.last_error
    assert store.waiting_count == 1


def test_under_a_hostile_server_every_event_arrives_and_compaction_leaves_one_of_each(
    store: SpoolStore, service: AgentService
) -> None:
    _fill(store, 2000)
    service.misbehaves = hostile(random.Random(7), hang_seconds=0.05)
    sender = _sender(store, service, timeout=0.03)
    for _ in range(1000):
        if not store.waiting_count:
            break
        sender.step()
    assert sorted(sequence for _, sequence in service.delivered) == list(range(2000))
    assert set(service.delivered.values()) == {1}
