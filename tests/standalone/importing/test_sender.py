"""As which agent an import sends, and what it asks the governance service on the way: in one session each time."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from standalone.errors import StandaloneError
from standalone.importing.sender import ImportSender
from standalone.ports import free_port
from standalone.settings import Settings, settings_from_environment
from tests.governance_api.serving import serving


class Governance:
    """One person, and agents that are numbered."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.patterns = [r"\d{8}", "("]
        self.signed_in_count = self.agent_count = 0

        @self.app.post("/tokens")
        def sign_in(body: dict[str, Any]) -> dict[str, str]:
            assert body["login"] == "admin"
            self.signed_in_count += 1
            return {"access_token": "of admin"}

        @self.app.get("/workstation-users")
        def people(after: int) -> list[dict[str, Any]]:
            return [] if after else [{"workstation_user_id": 1, "login": "ann", "time_zone": "Asia/Tokyo"}]

        @self.app.get("/configuration/agent/record_number_patterns")
        def configured() -> dict[str, Any]:
            return {"value": self.patterns}

        @self.app.post("/agents/for-recordings")
        def enrol(body: dict[str, Any]) -> dict[str, Any]:
            assert body["workstation_user_login"] == "ann"
            self.agent_count += 1
            return {"agent_id": self.agent_count, "agent_token": "secret", "workstation_user_id": 1}


@pytest.fixture
def governance() -> Governance:
    return Governance()


@pytest.fixture
def settings(governance: Governance, tmp_path: Path) -> Iterator[Settings]:
    settings = settings_from_environment({"TASK_MINING_HOME": str(tmp_path)})
    settings = replace(settings, ports=replace(settings.ports, api=free_port()))
    with serving(governance.app, port=settings.ports.api):
        yield settings


def test_each_import_signs_in_once_and_enrols_only_the_first_time(settings: Settings, governance: Governance) -> None:
    for number in (1, 2, 3):
        terms = ImportSender(settings, "ann").terms()
        assert (terms.time_zone, terms.enrolment.agent_id, terms.enrolment.attempt) == ("Asia/Tokyo", 1, 1)
        assert (governance.signed_in_count, governance.agent_count) == (number, 1)


def test_a_pattern_that_cannot_be_read_keeps_no_numbers_and_the_others_do(settings: Settings) -> None:
    assert ImportSender(settings, "ann").terms().record_numbers == (r"\d{8}",)


def test_after_refused_events_batches_are_named_anew_by_the_same_agent(
    settings: Settings, governance: Governance
) -> None:
    sender = ImportSender(settings, "ann")
    assert sender.terms().enrolment.attempt == 1
    sender.begin_new_attempt()
    again = ImportSender(settings, "ann").terms().enrolment
    assert (again.agent_id, again.attempt, governance.agent_count) == (1, 2, 1)


def test_whoever_was_forgotten_is_enrolled_anew(settings: Settings, governance: Governance) -> None:
    sender = ImportSender(settings, "ann")
    assert sender.terms().enrolment.agent_id == 1
    sender.forget()
    assert sender.terms().enrolment.agent_id == 2


def test_nobody_of_that_login_is_a_sentence_and_enrols_nobody(settings: Settings, governance: Governance) -> None:
    with pytest.raises(StandaloneError, match="There is no workstation user 'bob': register the person"):
        ImportSender(settings, "bob").terms()
    assert governance.agent_count == 0
