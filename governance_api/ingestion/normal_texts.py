"""Brings the texts of a batch into their one form, so that what is compared, counted and stored is the same text."""

from dataclasses import replace

from domain.contexts import APPLICATION_MAX, URL_MAX, WINDOW_TITLE_MAX, Context
from domain.event_batches import Element, Task
from domain.raw_events import CASE_ID_MAX, ELEMENT_ID_MAX, ELEMENT_NAME_MAX, ELEMENT_ROLE_MAX, TASK_NAME_MAX
from domain.texts.normal_form import normalized_within
from governance_api.ingestion.wire_forms.event_columns import DecodedBatch


def with_normal_names(batch: DecodedBatch) -> DecodedBatch:
    """The batch with the texts of its elements and tasks in their form. Its contexts take it when they are keyed: most
    are known already, and a look at all of them would be a twentieth of what a batch costs."""
    return replace(
        batch, elements=[_element(each) for each in batch.elements], tasks=[_task(each) for each in batch.tasks]
    )


def normal_context(context: Context) -> Context:
    return Context(
        normalized_within(context.application, APPLICATION_MAX),
        normalized_within(context.window_title, WINDOW_TITLE_MAX),
        normalized_within(context.url, URL_MAX),
    )


def _element(element: Element) -> Element:
    return Element(
        normalized_within(element.role, ELEMENT_ROLE_MAX),
        normalized_within(element.name, ELEMENT_NAME_MAX),
        normalized_within(element.element_id, ELEMENT_ID_MAX),
    )


def _task(task: Task) -> Task:
    return Task(normalized_within(task.name, TASK_NAME_MAX), normalized_within(task.case_id, CASE_ID_MAX))
