"""Exchanges with the server everything but events: policy, consents, losses, health. One `step`, no own thread."""

import logging
import time
import uuid
from collections.abc import Callable, Mapping

import msgspec

from agent.consent.book import ConsentBook, ConsentBookError
from agent.policy.gate import GateReason
from agent.policy.held_policy import HeldPolicy, check_policy, confirm_policy, remember_policy
from agent.service_link.client import ServiceClient, ServiceError
from agent.service_link.retrying import Backoff
from agent.spool.rows import LossCount
from agent.spool.store import SpoolStore
from domain.errors import DomainError
from domain.event_batches import from_microseconds

HEALTH_SECONDS = 60.0
UNCONFIRMED = "agent-unconfirmed"
"""The problem that the service answers with while another agent of the person is asked."""
_LOSS_REPORT = "loss_report"

_log = logging.getLogger(__name__)


class LossReport(msgspec.Struct, frozen=True):
    """Written down before it is sent, so that it counts once however often it is sent."""

    report_key: str
    losses: tuple[LossCount, ...]


class ServiceExchange:
    """Used by one thread. `now_us` is the server's time as far as it is known; `settle` is done with every round."""

    def __init__(
        self,
        store: SpoolStore,
        client: ServiceClient,
        *,
        login: str,
        book: ConsentBook,
        now_us: Callable[[], int],
        settle: Callable[[], None] = lambda: None,
        uniform: Callable[[float, float], float],
        health: Callable[[], Mapping[str, object]],
        on_policy: Callable[[HeldPolicy], None],
        on_refused: Callable[[GateReason], None] = lambda reason: None,
    ) -> None:
        self._store, self._client, self._login = store, client, login
        self._book, self._settle = book, settle
        self._now_us, self._uniform, self._health, self._on_policy = now_us, uniform, health, on_policy
        self._on_refused = on_refused
        self._backoff = Backoff(uniform)
        self._held: HeldPolicy | None = None
        self._health_due = 0.0
        self.poll_seconds = 30.0
        self.is_re_enrolment_wanted = False
        self.last_error = ""

    def begin(self, held: HeldPolicy | None) -> None:
        """With the policy remembered from the last run, if any."""
        self._held = held

    def step(self) -> float:
        """One round; returns the seconds until the next."""
        if self.is_re_enrolment_wanted:
            return self.poll_seconds
        try:
            self._settle()
            self._deliver_consents()
            self._poll_policy()
            self._report_losses()
            self._report_health()
        except ServiceError as error:
            return self._failed(error)
        except ConsentBookError as error:
            return self._failed(ServiceError(str(error)))
        if self.last_error:
            _log.info("The server answers again.")
        self.last_error = ""
        self._backoff.succeeded()
        return self.poll_seconds * self._uniform(0.9, 1.1)

    def _failed(self, error: ServiceError) -> float:
        if error.status == 401:
            self.is_re_enrolment_wanted = True
            self._on_refused(GateReason.SIGNED_OFF)
            error = ServiceError("The server no longer knows this agent: run `task-mining-agent enrol` again.")
        elif error.kind == UNCONFIRMED:
            self._on_refused(GateReason.UNCONFIRMED)
        if self.last_error != str(error):
            _log.warning("%s", error)
        self.last_error = str(error)
        return max(self.poll_seconds, self._backoff.failed(retry_after_seconds=error.retry_after_seconds))

    def _poll_policy(self) -> None:
        found = self._client.find_policy(etag=self._held.etag if self._held else "")
        now_us = self._now_us()
        if found is None:
            if self._held is not None:
                self._held = msgspec.structs.replace(self._held, confirmed_us=now_us)
                confirm_policy(self._store, self._held)
                self._on_policy(self._held)
            return
        content, etag = found
        try:
            policy = check_policy(content, login=self._login)
        except DomainError as error:
            raise ServiceError(str(error)) from error
        self._held = HeldPolicy(policy, etag, now_us)
        remember_policy(self._store, self._held)
        self._on_policy(self._held)
        self.poll_seconds = float(min(3600, max(5, policy.settings.config_update_seconds)))

    def _deliver_consents(self) -> None:
        for approval_id, answer in self._book.answers().items():
            if answer.is_told:
                continue
            try:
                self._client.answer_consent(approval_id=approval_id, is_accepted=answer.is_accepted)
            except ServiceError as error:
                if error.status not in {404, 409, 422}:
                    raise
                _log.warning("The consent to %s is no longer asked for: %s", approval_id, error)
            self._book.told(approval_id, is_accepted=answer.is_accepted)

    def _report_losses(self) -> None:
        text = self._store.find_fact(_LOSS_REPORT)
        if text is None:
            losses = self._store.list_losses()
            if not losses:
                return
            report = LossReport(str(uuid.uuid4()), losses)
            self._store.put_fact(_LOSS_REPORT, msgspec.json.encode(report).decode())
        else:
            report = msgspec.json.decode(text, type=LossReport)
        bodies = [
            {
                "reason": loss.reason,
                "event_count": loss.event_count,
                "first_at": from_microseconds(loss.first_us),
                "last_at": from_microseconds(loss.last_us),
            }
            for loss in report.losses
        ]
        self._client.report_losses(bodies, report_key=report.report_key)
        self._store.settle_losses(report.losses, fact=_LOSS_REPORT)

    def _report_health(self) -> None:
        now = time.monotonic()
        if now >= self._health_due:
            self._client.report_health(self._health())
            self._health_due = now + HEALTH_SECONDS
