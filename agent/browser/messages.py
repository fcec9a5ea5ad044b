"""Reads the extension's messages strictly: one that is not as it should be is refused, never guessed at.

A new kind of message is added here and in `agent/browser_extension/worker.js`.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from agent.capture.observations import BrowserSeen
from agent.policy.urls import origin_and_path
from domain.event_batches import Element
from domain.event_kinds import EventKind, definition_of

EXTENSION_ID = "egandhondpemgfjbanecpekpojbccgbl"
"""Fixed by the key in the extension's manifest."""

ORIGIN = f"chrome-extension://{EXTENSION_ID}"
MESSAGES_MAX = 200
DELAY_MAX_US = 5_000_000

Text = Annotated[str, Meta(max_length=4096)]
Name = Annotated[str, Meta(max_length=1024)]


class BrowserMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`at_ms` is the wall clock of this computer; `number` counts what was sent; `profile` names the profile.

    `since_ms` and `secret_ms` are of the same clock; 0 for none.
    """

    kind: EventKind
    at_ms: float
    number: int = 0
    title: Text = ""
    url: Text = ""
    role: Annotated[str, Meta(max_length=64)] = ""
    name: Name = ""
    id: Name = ""
    value_length: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    since_ms: Annotated[float, Meta(ge=0)] = 0
    secret_ms: Annotated[float, Meta(ge=0)] = 0
    audible: bool = False
    profile: Annotated[str, Meta(max_length=64)] = ""

    def __post_init__(self) -> None:
        if not definition_of(self.kind).is_reported_by_browser:
            raise ValueError(f"A browser does not report {self.kind}")


def read_messages(value: object) -> tuple[BrowserMessage, ...]:
    """Raises msgspec.ValidationError."""
    messages: tuple[BrowserMessage, ...] = msgspec.convert(
        value, Annotated[tuple[BrowserMessage, ...], Meta(max_length=MESSAGES_MAX)]
    )
    return messages


def observation_of(message: BrowserMessage, *, now_us: int, wall_us: int, browser: str = "") -> BrowserSeen:
    """Stamped with the session's clock, back by as long as the message was under way."""
    delay_us = min(max(0, wall_us - int(message.at_ms * 1000)), DELAY_MAX_US)
    at_us = now_us - delay_us

    def instant_us(ms: float) -> int:
        return at_us - max(0, int((message.at_ms - ms) * 1000))

    return BrowserSeen(
        at_us=at_us,
        kind=message.kind,
        window_title=message.title,
        url=origin_and_path(message.url),
        element=Element(message.role, message.name, message.id),
        value_length=message.value_length,
        since_us=instant_us(message.since_ms) if message.since_ms else 0,
        secret_us=instant_us(message.secret_ms) if message.secret_ms else None,
        is_audible=message.audible,
        profile=message.profile,
        browser=browser,
    )
