"""POST /agent/event-batches, straight on ASGI: the one route that is hot.

What its answers mean is documented in `openapi`; wiring the parts together happens here, once.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
from fastapi import APIRouter
from fastapi.routing import APIRoute
from sqlalchemy import Engine

from domain.event_batches import MAX_BATCH_BYTES, PREFER_REFUSED_EVENTS, BatchReceipt, to_microseconds
from domain.losses import LossReason
from governance_api.errors import GovernanceError
from governance_api.ingestion.deliveries import Delivery
from governance_api.ingestion.errors import (
    ForeignSessionError,
    InterruptedBatchError,
    MalformedBatchError,
    OversizedBatchError,
    UnknownAgentError,
    WaitingAgentError,
)
from governance_api.ingestion.gate import NOTHING, Windows, admit
from governance_api.ingestion.landing.committer import Committer
from governance_api.ingestion.landing.files import LandingFolders
from governance_api.ingestion.landing.group_commit import GroupCommit
from governance_api.ingestion.landing.known_contexts import KnownContexts
from governance_api.ingestion.landing.receipts import Receipts
from governance_api.ingestion.normal_texts import with_normal_names
from governance_api.ingestion.openapi import OPENAPI
from governance_api.ingestion.senders import Sender, Senders
from governance_api.ingestion.task_marks import recorded_windows
from governance_api.ingestion.told_elements import as_told
from governance_api.ingestion.upkeep import Upkeep
from governance_api.ingestion.wire_forms.decoding import check_form, decode_batch
from governance_api.ingestion.wire_forms.event_columns import DecodedBatch
from governance_api.security.logins import login_key

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Scope = MutableMapping[str, Any]

PATH = "/agent/event-batches"
#: Larger bodies are decoded on a thread, so that they do not hold up everybody else.
INLINE_BODY_BYTES = 256 * 1024
_JSON = (b"content-type", b"application/json")


class Ingestion:
    """The route's ASGI application and the threads behind it: `start` before the first request, `stop` after."""

    def __init__(
        self, *, engine: Engine, lake: Path, clock: Callable[[], datetime], contexts: KnownContexts | None = None
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._receipts = Receipts(engine)
        self._senders = Senders(engine)
        self._folders = LandingFolders(lake)
        self._upkeep = Upkeep(engine, lake, clock=clock)
        self._committer = Committer(GroupCommit(self._receipts, self._folders, contexts).store)

    def start(self) -> None:
        """Raises OSError when the lake cannot be written to."""
        self._folders.prepare()
        self._senders.start()
        self._committer.start()
        self._upkeep.start()

    def stop(self) -> None:
        """Everything that was submitted is durable and answered when this returns."""
        self._upkeep.stop()
        self._committer.stop()
        self._senders.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises GovernanceError for a refusal of the whole batch."""
        headers = dict(scope["headers"])
        self._committer.arriving += 1
        try:
            sender = await self._identify(headers)
            waiting = await self._accept(sender, headers, receive)
        finally:
            self._committer.arriving -= 1
        outcome = await waiting
        if isinstance(outcome, GovernanceError):
            raise outcome
        answer = msgspec.json.encode(outcome)
        length = (b"content-length", str(len(answer)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [_JSON, length]})
        await send({"type": "http.response.body", "body": answer})

    async def _identify(self, headers: dict[bytes, bytes]) -> Sender:
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise UnknownAgentError(is_token_sent=False)
        sender = self._senders.find_fresh(token)
        if sender is None:
            sender = await asyncio.to_thread(self._senders.find, token)
        if sender is None:
            raise UnknownAgentError(is_token_sent=True)
        if not sender.is_confirmed:
            raise WaitingAgentError
        self._senders.touch(token)
        return sender

    async def _accept(
        self, sender: Sender, headers: dict[bytes, bytes], receive: Receive
    ) -> "asyncio.Future[BatchReceipt | GovernanceError]":
        """Reads, decodes, gates and submits; the future holds the outcome."""
        media_type = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
        encoding = headers.get(b"content-encoding", b"identity").decode("latin-1").strip().lower()
        check_form(media_type, encoding)
        body = b""
        try:
            body = await _read_body(headers, receive)
            if len(body) <= INLINE_BODY_BYTES:
                batch = decode_batch(body, media_type=media_type, encoding=encoding)
            else:
                batch = await asyncio.to_thread(decode_batch, body, media_type=media_type, encoding=encoding)
        except (MalformedBatchError, OversizedBatchError) as error:
            reason = LossReason.MALFORMED_BATCH
            if isinstance(error, OversizedBatchError):
                reason = LossReason.OVERSIZED_BATCH
            await self._record_unreadable(sender, reason, body or headers.get(b"content-length", b""))
            raise
        names_refused = PREFER_REFUSED_EVENTS in headers.get(b"prefer", b"").decode("latin-1")
        content_hash = batch.content_hash()  # of what was sent
        batch = with_normal_names(batch)
        recorded = NOTHING
        if sender.targeted:
            recorded = await asyncio.to_thread(recorded_windows, self._engine, sender, batch)
        return self._submit(sender, batch, content_hash, recorded, names_refused=names_refused)

    def _submit(
        self, sender: Sender, batch: DecodedBatch, content_hash: bytes, recorded: Windows, *, names_refused: bool
    ) -> "asyncio.Future[BatchReceipt | GovernanceError]":
        if login_key(batch.session.login) != login_key(sender.login):
            raise ForeignSessionError(session_login=batch.session.login, registered_login=sender.login)
        now_us = to_microseconds(self._clock())
        batch = as_told(batch, named_applications=sender.named_applications, assignments=sender.assignments)
        events, refusals = admit(
            batch.events,
            always=sender.always,
            recorded=recorded,
            targeted=sender.targeted,
            approved=sender.approved,
            now_us=now_us,
        )
        answer: asyncio.Future[BatchReceipt | GovernanceError] = asyncio.get_running_loop().create_future()
        self._committer.submit(
            Delivery(sender, batch, events, refusals, batch.session.key, content_hash, now_us, answer, names_refused)
        )
        return answer

    async def _record_unreadable(self, sender: Sender, reason: LossReason, body: bytes) -> None:
        digest = blake2b(body, digest_size=16).hexdigest()
        now_us = to_microseconds(self._clock())
        await asyncio.to_thread(
            self._receipts.record_unreadable, sender, reason, report_key=f"body:{digest}", now_us=now_us
        )


async def _read_body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """Raises OversizedBatchError as soon as the size is known, InterruptedBatchError when the sender leaves."""
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced) > MAX_BATCH_BYTES:
        raise OversizedBatchError
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InterruptedBatchError
        part = message.get("body", b"")
        parts.append(part)
        length += len(part)
        if length > MAX_BATCH_BYTES:
            raise OversizedBatchError
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def build_router(
    engine: Engine,
    lake: Path,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    contexts: KnownContexts | None = None,
) -> tuple[APIRouter, Ingestion]:
    """The router to include, and what to start before and stop after serving."""
    ingestion = Ingestion(engine=engine, lake=lake, clock=clock, contexts=contexts)

    class EventBatchRoute(APIRoute):
        """Documented like every route, answered without FastAPI's layers between."""

        async def handle(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["method"] == "POST":
                await ingestion(scope, receive, send)
            else:
                await super().handle(scope, receive, send)

    def receive_event_batch() -> None:
        """Stores the events of one batch that an assignment of a consenting person allows: inside its dates and,
        where it is targeted, between the start and the stop of a task.

        The receipt is given once the accepted events are durable: sent = accepted + duplicate + the sum of refused.
        """

    router = APIRouter(tags=["ingestion"])
    router.add_api_route(PATH, receive_event_batch, methods=["POST"], route_class_override=EventBatchRoute, **OPENAPI)
    return router, ingestion
