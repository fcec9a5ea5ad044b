"""Why a whole event batch is refused, each with its status and the remedy.

Events refused one by one are no errors but numbers in the receipt: add their reasons to `domain.losses`.
"""

from domain.event_batches import COLUMNS_MEDIA_TYPE, MAX_BATCH_BYTES, ROWS_MEDIA_TYPE
from governance_api.errors import (
    BodyTooLargeError,
    ConflictError,
    ForbiddenError,
    GovernanceError,
    RefusedError,
    UnauthenticatedError,
    WayIn,
)


class UnknownAgentError(UnauthenticatedError):
    """The token is missing, wrong, or belongs to an agent that was uninstalled."""

    def __init__(self, *, is_token_sent: bool) -> None:
        self.way_in = WayIn.AGENT_TOKEN if is_token_sent else None
        super().__init__("No installed agent has this token: enrol the agent again.")


class WaitingAgentError(ForbiddenError):
    """The agent is a further one of its person, and nobody has confirmed it."""

    def __init__(self) -> None:
        super().__init__("This agent waits to be confirmed: confirm it at the person's first agent, then send again.")


class MalformedBatchError(RefusedError):
    """The body is no event batch; `str()` says what and where."""


class InterruptedBatchError(RefusedError):
    """The sender left before the body's end. No loss: whoever got no receipt sends the batch again."""

    def __init__(self) -> None:
        super().__init__("The connection ended before the body did: send the batch again.")


class OversizedBatchError(BodyTooLargeError):
    """The body is larger than an event batch may be, packed or unpacked."""

    def __init__(self) -> None:
        super().__init__(
            f"The body is larger than {MAX_BATCH_BYTES:,} bytes: send the events in several batches.",
            max_bytes=MAX_BATCH_BYTES,
        )


class UnknownFormError(GovernanceError):
    """Neither of the two wire forms, or a compression that is none of the known ones."""

    status = 415

    def __init__(self, header: str, value: str) -> None:
        known = {
            "Content-Type": f"{ROWS_MEDIA_TYPE} or {COLUMNS_MEDIA_TYPE}",
            "Content-Encoding": "zstd, gzip or identity",
        }[header]
        super().__init__(f"{header} is {value[:100]!r}: send {known}.")


class ForeignSessionError(ForbiddenError):
    """The session is somebody else's than the token's."""

    def __init__(self, *, session_login: str, registered_login: str) -> None:
        super().__init__(
            f"The session is of {session_login!r} but this agent is registered for {registered_login!r}: "
            "enrol an agent for each person who signs in."
        )


class ForeignAgentSessionError(ForbiddenError):
    """The session's id was first used by another agent."""

    def __init__(self) -> None:
        super().__init__("This session_id belongs to another agent: begin a session with a new random UUID.")


class ContextCollisionError(ConflictError):
    """Two contexts have one key: storing the second would show it as the first."""

    def __init__(self, key: int) -> None:
        super().__init__(
            f"Two different contexts have the key {key}: tell the operator; the batch was not stored.", context_key=key
        )


class BatchKeyReusedError(ConflictError):
    """The key already names a delivery of other events."""

    def __init__(self, *, batch_key: str, receipted: int, sent: int) -> None:
        now_has = "other events" if receipted == sent else str(sent)
        super().__init__(
            f"Batch {batch_key!r} was receipted with {receipted} events and now has {now_has}: nothing of it was "
            "stored; send other events under another batch_key.",
            receipted=receipted,
            sent=sent,
        )


class NotDurableError(GovernanceError):
    """The batch could not be made durable, or too much is waiting to be: nothing of it was receipted."""

    status = 503

    def __init__(self, sentence: str = "The events could not be stored just now: send the batch again.") -> None:
        super().__init__(sentence, retry_after_seconds=1)

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": "1"}
