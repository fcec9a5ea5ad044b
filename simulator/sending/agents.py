"""Delivers a simulated workforce to the governance API as its agents would: enrol, consent, send, check receipts."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import msgspec
from backports import zstd

from domain.event_batches import COLUMNS_MEDIA_TYPE, BatchReceipt
from domain.policies import AgentPolicy, ConsentState
from simulator.office.people import Person, workforce_people
from simulator.parameters import Parameters
from simulator.raw_events.deliveries import AGENT_VERSION, Delivery
from simulator.sending.agent_connection import AgentConnection, DeliveryError
from simulator.truth.expected import EventCounts, Truth
from simulator.workforce import PersonDay, simulate_person

_BATCH_HEADERS = {"Content-Type": COLUMNS_MEDIA_TYPE, "Content-Encoding": "zstd"}


class Enrolment(msgspec.Struct, frozen=True):
    """The answer to POST /agents/enrol."""

    agent_id: int
    agent_token: str
    workstation_user_id: int


class Delivered(msgspec.Struct):
    """What was delivered: the truth of it, the sum of the receipts, and who is who."""

    truth: Truth
    receipts: EventCounts
    """`repeated` stays 0: a receipt cannot know it."""
    workstation_user_ids: dict[str, int]
    batch_count: int = 0
    retry_count: int = 0
    unexpected: list[str] = []
    """Receipts that say something else than the truth; empty when all went well."""


class SimulatedAgent:
    """One person's agent."""

    def __init__(self, person: Person, enrolment: Enrolment) -> None:
        self.person = person
        self.enrolment = enrolment

    @classmethod
    def enrol(cls, connection: AgentConnection, person: Person, registration_key: str) -> "SimulatedAgent":
        body = {
            "registration_key": registration_key,
            "account": {"login": person.login},
            "host": person.host,
            "agent_version": AGENT_VERSION,
            "capabilities": {"simulated": True},
        }
        enrolment = connection.ask("POST", "/agents/enrol", body=msgspec.json.encode(body), answer=Enrolment)
        return cls(person, enrolment)

    def consent(self, connection: AgentConnection) -> int:
        """Accepts every assignment not yet answered. Raises DeliveryError when there is nothing to collect for."""
        token = self.enrolment.agent_token
        policy = connection.ask("GET", "/agent/policy", answer=AgentPolicy, token=token)
        if not policy.assignments:
            raise DeliveryError(f"{self.person.login} has no approved data request: approve one, then deliver again.")
        pending = [each for each in policy.assignments if each.consent is not ConsentState.ACCEPTED]
        for assignment in pending:
            body = msgspec.json.encode({"approval_id": assignment.approval_id, "answer": str(ConsentState.ACCEPTED)})
            connection.ask("POST", "/agent/consents", body=body, answer=object, token=token)
        return len(pending)

    def send(self, connection: AgentConnection, delivery: Delivery) -> BatchReceipt:
        """Raises DeliveryError when the receipt does not add up."""
        batch = delivery.batch
        receipt = connection.ask(
            "POST",
            "/agent/event-batches",
            body=zstd.compress(msgspec.msgpack.encode(batch), 3),
            headers=_BATCH_HEADERS,
            token=self.enrolment.agent_token,
            answer=BatchReceipt,
        )
        adds_up = receipt.sent == receipt.accepted + receipt.duplicate + receipt.refused_count
        if not adds_up or receipt.sent != batch.event_count or receipt.batch_key != batch.batch_key:
            raise DeliveryError(f"The receipt of {batch.batch_key} does not add up ({receipt}): mend the ingestion.")
        return receipt


class WorkforceDelivery:
    """Sends everybody's days, oldest first, over several connections; a person's batches stay in order."""

    def __init__(
        self,
        parameters: Parameters,
        *,
        api_url: str,
        registration_key: str,
        connections: int = 8,
        patience_seconds: float = 120.0,
        on_sent: Callable[[int], None] = lambda event_count: None,
    ) -> None:
        self.parameters = parameters
        self.api_url, self.registration_key = api_url, registration_key
        self.connections, self.patience_seconds = connections, patience_seconds
        self.on_sent = on_sent
        self.delivered = Delivered(truth=Truth(), receipts=EventCounts(), workstation_user_ids={})
        self._lock = threading.Lock()
        self._of_thread = threading.local()
        self._opened: list[AgentConnection] = []

    def run(self) -> Delivered:
        people = workforce_people(self.parameters)
        try:
            with ThreadPoolExecutor(self.connections, thread_name_prefix="agents") as pool:
                agents = list(pool.map(self._enrol, people))
                days = [simulate_person(self.parameters, person) for person in people]
                while any(list(pool.map(self._send_next_day, agents, days))):
                    continue
        finally:
            for connection in self._opened:
                connection.close()
        self.delivered.retry_count = sum(connection.retry_count for connection in self._opened)
        return self.delivered

    def _connection(self) -> AgentConnection:
        connection: AgentConnection | None = getattr(self._of_thread, "connection", None)
        if connection is None:
            connection = AgentConnection(self.api_url, patience_seconds=self.patience_seconds)
            self._of_thread.connection = connection
            with self._lock:
                self._opened.append(connection)
        return connection

    def _enrol(self, person: Person) -> SimulatedAgent:
        connection = self._connection()
        agent = SimulatedAgent.enrol(connection, person, self.registration_key)
        agent.consent(connection)
        with self._lock:
            self.delivered.workstation_user_ids[person.login] = agent.enrolment.workstation_user_id
        return agent

    def _send_next_day(self, agent: SimulatedAgent, days: Iterator[PersonDay]) -> bool:
        """False: this person has no more days."""
        day = next(days, None)
        if day is None:
            return False
        connection = self._connection()
        for delivery in day.deliveries:
            retries_before = connection.retry_count
            receipt = agent.send(connection, delivery)
            self._note(delivery, receipt, was_retried=connection.retry_count > retries_before)
        with self._lock:
            self.delivered.truth.add(day.truth)
        return True

    def _note(self, delivery: Delivery, receipt: BatchReceipt, *, was_retried: bool) -> None:
        """Sums the receipt. A batch sent again after a lost answer may rightly be a duplicate of itself."""
        told = EventCounts(
            sent=receipt.sent, accepted=receipt.accepted, duplicate=receipt.duplicate, refused=receipt.refused
        )
        expected = msgspec.structs.replace(delivery.counts, repeated=0)
        if was_retried and receipt.duplicate == receipt.sent:
            told = expected
        with self._lock:
            self.delivered.receipts.add(told)
            self.delivered.batch_count += 1
            if told != expected:
                self.delivered.unexpected.append(f"{receipt.batch_key}: expected {expected}, receipted {told}")
        self.on_sent(receipt.sent)
