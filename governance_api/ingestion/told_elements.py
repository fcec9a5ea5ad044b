"""Takes out of a batch what may not be told of elements, whoever sent it: by the table that agents follow themselves.

Events stay what they are; nothing is refused for a name that is too much.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from domain.assignments.assignment import Assignment
from domain.element_roles import is_content_named, is_secret, plain_applications, told_element
from governance_api.ingestion.gate import Windows
from governance_api.ingestion.wire_forms.event_columns import DecodedBatch


def as_told(
    batch: DecodedBatch, *, named_applications: Collection[str] = (), assignments: Sequence[Assignment] = ()
) -> DecodedBatch:
    """`named_applications`: those in which the configuration has content named, too, as far as all assignments that
    the event is kept for were asked for with them."""
    told = [told_element(each) for each in batch.elements]
    if told == batch.elements and not any(is_secret(each.role) for each in told):
        return batch
    events, elements = batch.events, told
    if named_applications:
        named = [told_element(each, is_content_named=True) for each in batch.elements]
        plain_names = plain_applications(named_applications)
        is_named = np.array([is_content_named(each, plain_names) for each in batch.contexts], np.bool_)
        is_moved = (events.element > 0) & is_named[events.context]
        for assignment in assignments:
            asked_with = plain_applications(assignment.terms.applications_with_named_content)
            is_asked = np.array([is_content_named(each, asked_with) for each in batch.contexts], np.bool_)
            if not is_asked.all():
                is_moved &= is_asked[events.context] | ~Windows(assignment.stretches).cover(events.occurred_at_us)
        events = replace(
            events, element=np.where(is_moved, events.element.astype(np.int64) + len(told), events.element)
        )
        elements = [*told, *named]
    secret = np.array([False, *(is_secret(each.role) for each in elements)], np.bool_)[events.element]
    if secret.any():
        events = replace(
            events,
            key_count=np.where(secret, 0, events.key_count).astype(np.int32),
            value_length=np.where(secret, 0, events.value_length).astype(np.int32),
        )
    return replace(batch, events=events, elements=elements)
