"""One raw event as a row: the NDJSON form, and what a person reads. The column form is in `event_batches`."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from domain.contexts import APPLICATION_MAX, URL_MAX, WINDOW_TITLE_MAX, Context
from domain.event_kinds import EventKind

ELEMENT_ROLE_MAX = 64
ELEMENT_NAME_MAX = 1024
ELEMENT_ID_MAX = 1024
TASK_NAME_MAX = 256
CASE_ID_MAX = 128

#: Every double and every JSON number holds it exactly.
SEQUENCE_MAX = 2**53

SourceName = Literal["agent", "browser", "import", "simulation"]


class RawEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One thing the agent saw. Identity within all of the product: (session_id of its batch, sequence).

    `occurred_at` is an aware instant (stored as UTC microseconds). Texts may be empty, never null.
    `key_count` and `value_length` are counts: characters are never recorded. 0 keys: not counted.
    """

    sequence: Annotated[int, Meta(ge=0, le=SEQUENCE_MAX)]
    occurred_at: Annotated[datetime, Meta(tz=True)]
    kind: EventKind
    application: Annotated[str, Meta(max_length=APPLICATION_MAX)] = ""
    window_title: Annotated[str, Meta(max_length=WINDOW_TITLE_MAX)] = ""
    url: Annotated[str, Meta(max_length=URL_MAX)] = ""
    element_role: Annotated[str, Meta(max_length=ELEMENT_ROLE_MAX)] = ""
    element_name: Annotated[str, Meta(max_length=ELEMENT_NAME_MAX)] = ""
    element_id: Annotated[str, Meta(max_length=ELEMENT_ID_MAX)] = ""
    key_count: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    value_length: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    task_name: Annotated[str, Meta(max_length=TASK_NAME_MAX)] = ""
    case_id: Annotated[str, Meta(max_length=CASE_ID_MAX)] = ""
    source: SourceName = "agent"

    @property
    def context(self) -> Context:
        return Context(self.application, self.window_title, self.url)
