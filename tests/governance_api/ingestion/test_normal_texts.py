"""Whoever sends a text, in whichever form: one is stored."""

import json
from datetime import timedelta

import pytest

from domain.contexts import WINDOW_TITLE_MAX, context_key
from domain.event_batches import COLUMNS_MEDIA_TYPE, ROWS_MEDIA_TYPE
from domain.event_kinds import EventKind
from tests.governance_api.ingestion.builders import NOW, Agent, Service, events

SPELLINGS = ("Z\u00fcrich – Payroll", "Zu\u0308rich – Pay\u00adroll", " Z\u00fcrich\u00a0– \u200bPayroll\n")


@pytest.mark.parametrize("form", [COLUMNS_MEDIA_TYPE, ROWS_MEDIA_TYPE])
def test_spellings_of_one_title_are_one_context(service: Service, agent: Agent, form: str) -> None:
    at = NOW - timedelta(hours=1)
    rows = [
        events(1, first=number, at=at, application="excel.exe", window_title=title)[0]
        for number, title in enumerate(SPELLINGS)
    ]
    assert json.loads(service.send(agent, rows, "b", form=form).content)["accepted"] == len(SPELLINGS)
    assert json.loads(service.send(agent, rows, "b", form=form).content)["duplicate"] == len(SPELLINGS)
    assert service.landed("window_title") == [(SPELLINGS[0],)] * len(SPELLINGS)
    assert {key for (key,) in service.landed("context_key")} == {context_key("excel.exe", SPELLINGS[0], "")}


def test_names_of_elements_and_tasks_are_in_their_form_too(service: Service, agent: Agent) -> None:
    at = NOW - timedelta(hours=1)
    (row,) = events(1, at=at, kind=EventKind.TASK_STARTED, task_name="Refund\u200b  request", case_id="C\u00ad-1 ")
    (click,) = events(1, first=1, at=at, element_role="button", element_name="Spei\u00adchern\n", element_id=" save")
    service.send(agent, [row, click], "b")
    assert service.landed("task_name, case_id") == [("Refund request", "C-1"), ("", "")]
    assert service.landed("element_name, element_id") == [("", ""), ("Speichern", "save")]


def test_a_title_that_is_longer_when_composed_is_cut(service: Service, agent: Agent) -> None:
    at = NOW - timedelta(hours=1)
    service.send(agent, events(1, at=at, window_title="\u0958" * WINDOW_TITLE_MAX), "b")
    assert service.landed("length(window_title)") == [(WINDOW_TITLE_MAX,)]
