"""Remembers which contexts are durable, and under which keys: one is written once per process, not once per batch."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from domain.contexts import Context, context_key
from governance_api.ingestion.errors import ContextCollisionError
from governance_api.ingestion.normal_texts import normal_context
from governance_api.ingestion.wire_forms.event_columns import DecodedBatch, EventColumns

MAX_KNOWN = 300_000


class KnownContexts:
    """Used by one thread. Nothing is known before `remember`: a failed commit leaves no mark."""

    def __init__(self, key_of: Callable[[str, str, str], int] = context_key) -> None:
        self._key_of = key_of
        self._keys: dict[Context, int] = {}
        self._contexts: dict[int, Context] = {}
        self._generation = ""

    def keep_only(self, generation: str) -> None:
        """Forgets everything when contexts were deleted from the disk since the last call."""
        if generation != self._generation:
            self._forget()
            self._generation = generation

    def keys_of(self, batch: DecodedBatch, events: EventColumns, pending: dict[int, Context]) -> npt.NDArray[np.int64]:
        """The key of every event; contexts that are new and in use are added to `pending`, in their normal form.

        Contexts of refused events are never added. Raises ContextCollisionError, adding nothing.
        """
        known = self._keys
        keys = [known.get(context) for context in batch.contexts]
        if None in keys:
            self._add_new(batch, events, keys, pending)
        of_contexts: npt.NDArray[np.int64] = np.array(keys, np.int64)
        of_events: npt.NDArray[np.int64] = np.take(of_contexts, events.context)
        return of_events

    def _add_new(
        self, batch: DecodedBatch, events: EventColumns, keys: list[int | None], pending: dict[int, Context]
    ) -> None:
        uses = np.bincount(events.context, minlength=len(keys))
        new: dict[int, Context] = {}
        for index, sent in enumerate(batch.contexts):
            if keys[index] is not None:
                continue
            context = normal_context(sent)
            key = keys[index] = self._key_of(context.application, context.window_title, context.url)
            if not uses[index]:
                continue
            other = self._contexts.get(key) or pending.get(key) or new.setdefault(key, context)
            if other != context:
                raise ContextCollisionError(key)
        pending.update(new)

    def remember(self, durable: dict[int, Context]) -> None:
        """Notes contexts that are on disk; forgets all others first when there are too many."""
        if len(self._keys) + len(durable) > MAX_KNOWN:
            self._forget()
        self._contexts.update(durable)
        self._keys.update((context, key) for key, context in durable.items())

    def _forget(self) -> None:
        self._keys.clear()
        self._contexts.clear()
