"""Calls the service as an agent does: enrol, policy, consents, batches, losses, health. Add an endpoint here."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from agent.service_link.http_connection import HttpConnection
from agent.service_link.server_clock import ServerClock
from agent.service_link.trust import UntrustedError
from domain.event_batches import PREFER_REFUSED_EVENTS
from domain.identity.workstation_accounts import WorkstationAccount

ANSWER_MAX_BYTES = 4 * 1024 * 1024
TIMEOUT_SECONDS = 20.0
Decoded = TypeVar("Decoded")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class ServiceError(RuntimeError):
    """The service did not do what was asked. `status` is 0 when there was no answer at all, `kind` the problem's."""

    def __init__(
        self, sentence: str, *, status: int = 0, retry_after_seconds: float | None = None, kind: str = ""
    ) -> None:
        super().__init__(sentence)
        self.status, self.kind = status, kind
        self.retry_after_seconds = retry_after_seconds


class AddressError(ValueError):
    """The address of the service cannot be used."""


class Address(msgspec.Struct, frozen=True):
    """Where the service is. Plain http is for this machine only."""

    is_encrypted: bool
    host: str
    port: int
    prefix: str = ""

    @property
    def url(self) -> str:
        return f"{'https' if self.is_encrypted else 'http'}://{self.host}:{self.port}{self.prefix}"


class Enrolment(msgspec.Struct, frozen=True):
    """The answer to `enrol`. `login` is the registered one; `stage` "requested" means that it waits to be confirmed."""

    agent_id: int
    agent_token: str
    workstation_user_id: int
    login: str
    stage: str


class Answer(msgspec.Struct, frozen=True):
    """One answer of the service. `round_trip` is (sent, received) in microseconds of the local wall clock."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    round_trip: tuple[int, int]


def parse_address(url: str) -> Address:
    """Raises AddressError ending in the remedy."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(f"The address {url!r} cannot be read ({error}): give https://host[:port].") from error
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.query or parts.fragment:
        raise AddressError(f"The address {url!r} is not that of a service: give https://host[:port].")
    is_encrypted = parts.scheme == "https"
    if not is_encrypted and host not in _LOOPBACK:
        raise AddressError(f"The address {url!r} is not encrypted: give https:// (http is for this machine only).")
    return Address(is_encrypted, host, port or (443 if is_encrypted else 80), parts.path.rstrip("/"))


class ServiceClient:
    """One kept-alive connection; used by one thread. Redirects are never followed.

    `ca_file`: the authorities that are trusted instead of this machine's. `now_us` stamps what is sent and received,
    `server_clock` hears the time that answers tell.
    """

    def __init__(
        self,
        address: Address,
        *,
        token: str = "",
        timeout_seconds: float = TIMEOUT_SECONDS,
        ca_file: str = "",
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        server_clock: ServerClock | None = None,
    ) -> None:
        self._address, self._ca_file = address, ca_file
        self._now_us, self._server_clock = now_us, server_clock
        self._leaving = threading.Lock()
        self._token = token
        self._timeout = timeout_seconds
        self._connection: HttpConnection | None = None

    def close(self) -> None:
        if self._connection is not None:
            with suppress(OSError):  # it is given up either way
                self._connection.close()
            self._connection = None

    def cut(self) -> None:
        """From any thread: whoever waits for an answer gets an error at once, and nothing more of it leaves."""
        with self._leaving:
            connection = self._connection
        if connection is not None:
            connection.cut()

    def _connect(self) -> HttpConnection:
        if self._connection is not None and self._connection.is_stale:
            self.close()
        if self._connection is None:
            address = self._address
            self._connection = HttpConnection(
                address.host,
                address.port,
                is_encrypted=address.is_encrypted,
                timeout_seconds=self._timeout,
                ca_file=self._ca_file,
            )
        return self._connection

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        may_leave: Callable[[], bool] = lambda: True,
    ) -> Answer:
        """The answer, whatever its status. Raises ServiceError when there is none, a redirect, or one too large.

        `may_leave` is asked when the connection stands: if not, nothing is sent.
        """
        all_headers = {"User-Agent": "task-mining-agent", "Accept": "application/json", **(headers or {})}
        if self._token:
            all_headers["Authorization"] = f"Bearer {self._token}"
        try:
            connection = self._connect()
            with self._leaving:  # so that who cuts the connection either finds it or is heard here
                if not may_leave():
                    raise ServiceError("What was about to be sent was held back: it is looked at anew.")
            sent_us = self._now_us()
            answer = connection.request(
                method, self._address.prefix + path, all_headers, body, body_max=ANSWER_MAX_BYTES
            )
        except UntrustedError as error:
            raise ServiceError(str(error)) from error
        except (OSError, ValueError) as error:
            self.close()
            raise ServiceError(
                f"No answer from {self._address.url} ({type(error).__name__}: {error}): it is tried again."
            ) from error
        if len(answer.body) > ANSWER_MAX_BYTES:
            self.close()
            raise ServiceError(f"{self._address.url}{path} answered absurdly much: check what runs there.")
        if answer.is_last:
            self.close()
        if 300 <= answer.status < 400 and answer.status != 304:
            self.close()
            raise ServiceError(
                f"{self._address.url}{path} redirects elsewhere, which is not followed: enrol with the right address.",
                status=answer.status,
            )
        received_us = self._now_us()
        if self._server_clock is not None and answer.status < 400:  # others may be a proxy's own
            self._server_clock.hear_answer(answer.headers.get("date", ""), sent_us=sent_us, received_us=received_us)
        return Answer(answer.status, answer.headers, answer.body, (sent_us, received_us))

    def _ask(self, method: str, path: str, value: object = None) -> Answer:
        body = msgspec.json.encode(value) if value is not None else b""
        answer = self.request(method, path, body=body, headers={"Content-Type": "application/json"} if body else None)
        if answer.status >= 300:
            raise error_of(answer)
        return answer

    def enrol(self, *, registration_key: str, account: WorkstationAccount, host: str, agent_version: str) -> Enrolment:
        fields = {"registration_key": registration_key, "account": account, "host": host}
        answer = self._ask("POST", "/agents/enrol", {**fields, "agent_version": agent_version})
        return _decode(answer, Enrolment)

    def settle_enrolment(self, agent_id: int, *, is_confirmed: bool) -> None:
        """Says whether another agent that waits is this person's."""
        self._ask("POST", f"/agent/enrolments/{agent_id}/{'confirm' if is_confirmed else 'refuse'}")

    def report_uninstalled(self) -> None:
        self._ask("POST", "/agent/uninstall")

    def find_policy(self, *, etag: str) -> tuple[bytes, str] | None:
        """(policy as JSON, its ETag), or None when the one with this ETag still holds."""
        answer = self.request("GET", "/agent/policy", headers={"If-None-Match": etag} if etag else None)
        if answer.status == 304:
            return None
        if answer.status != 200:
            raise error_of(answer)
        return answer.body, answer.headers.get("etag", "")

    def answer_consent(self, *, approval_id: int, is_accepted: bool) -> None:
        self._ask(
            "POST",
            "/agent/consents",
            {"approval_id": approval_id, "answer": "accepted" if is_accepted else "declined"},
        )

    def report_losses(self, losses: Sequence[Mapping[str, object]], *, report_key: str) -> None:
        self._ask("POST", "/agent/losses", {"losses": [dict(loss) for loss in losses], "report_key": report_key})

    def report_health(self, health: Mapping[str, object]) -> None:
        self._ask("POST", "/agent/health", dict(health))

    def send_batch(
        self, body: bytes, *, media_type: str, encoding: str, may_leave: Callable[[], bool] = lambda: True
    ) -> Answer:
        headers = {"Content-Type": media_type, "Content-Encoding": encoding, "Prefer": PREFER_REFUSED_EVENTS}
        return self.request("POST", "/agent/event-batches", body=body, headers=headers, may_leave=may_leave)


def _decode(answer: Answer, into: type[Decoded]) -> Decoded:
    try:
        return msgspec.json.decode(answer.body, type=into)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ServiceError(f"The service's answer cannot be read ({error}): check its version.") from error


def error_of(answer: Answer) -> ServiceError:
    """A refusal as one sentence: the problem's own detail (RFC 9457) when it has one."""
    detail = kind = ""
    with suppress(msgspec.MsgspecError, UnicodeDecodeError):  # then the status says it all
        problem = msgspec.json.decode(answer.body)
        if isinstance(problem, dict):
            detail = str(problem.get("detail") or problem.get("title") or "")
            kind = str(problem.get("type") or "").rpartition(":")[2]
    return ServiceError(
        (detail or f"The service answered {answer.status}.")[:500],
        status=answer.status,
        retry_after_seconds=retry_after(answer.headers),
        kind=kind,
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header; a date or nonsense counts as none."""
    text = headers.get("retry-after", "").strip()
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() and len(text) <= 9 else None
