"""Configuration records: a fixed set, values within bounds, changes on the record."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.policies import AgentSettings
from domain.raw_events import RawEvent
from governance_api.configuration.records import CONSENT_TEXT, RECORDS, SMALLEST_GROUP_SIZE, Group
from tests.governance_api.world import World, sentence


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda each: f"{each.group}/{each.name}")
def test_every_default_is_within_its_own_bounds(record: Any) -> None:
    assert record.bounds.admits(record.default)


@given(st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=3), st.lists(st.integers()), st.integers()))
def test_the_smallest_group_stays_a_group_whatever_is_tried(value: object) -> None:
    admitted = RECORDS["system", "minimum_group_size"].bounds.admits(value)
    assert not admitted or (isinstance(value, int) and value >= SMALLEST_GROUP_SIZE)


def test_the_table_holds_every_record_for_other_processes_to_read(world: World) -> None:
    listed = world.done(world.client.get("/configuration", headers=world.admin))
    assert {(each["group"], each["name"]) for each in listed} == set(RECORDS)
    assert [each["name"] for each in listed if not each["is_default"]] == ["idle_minutes"], "which `world` sets"


def test_a_change_is_noted_with_what_was_before_and_the_same_again_is_not(world: World) -> None:
    path = "/configuration/agent/idle_threshold_seconds"
    paul = world.signed_in("paul", "power_user")
    for _ in range(2):
        changed = world.done(world.client.put(path, json={"value": 240}, headers=paul))
        assert (changed["value"], changed["is_default"]) == (240, False)
    entries = world.done(world.client.get("/audit-entries?tag=configuration:changed", headers=world.admin))
    assert [each["facts"] for each in entries] == [{"value": 240, "former_value": 180}]
    guardian = world.signed_in("greta", "guardian")
    assert world.done(world.client.get(path, headers=guardian))["value"] == 240


def test_an_agent_knows_every_record_of_its_group_and_begins_with_the_same_defaults() -> None:
    records = {each.name: each.default for each in RECORDS.values() if each.group is Group.AGENT}
    assert set(records) == set(AgentSettings.__struct_fields__)
    assert msgspec.convert(records, AgentSettings) == AgentSettings()


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("system/minimum_group_size", 4, "a whole number from 5 to 1,000"),
        ("agent/idle_threshold_seconds", True, "a whole number"),
        ("agent/idle_threshold_seconds", "180", "a whole number"),
        ("agent/private_mode_seconds", 59, "a whole number from 60 to 86,400"),
        ("agent/task_after_lock_seconds", 0, "a whole number from 60 to 86,400"),
        ("agent/task_limit_seconds", 100_000, "a whole number from 600 to 86,400"),
        ("agent/shows_tray_icon", 1, "true or false"),
        ("agent/disabled_collectors", ["teeth"], "a list of browser"),
        ("agent/record_number_patterns", [r"\w+"], "a list of at most 20 patterns"),
        ("agent/disabled_collectors", ["clicks", "clicks"], "without repetition"),
        ("system/excluded_categories", [""], "a list of texts"),
        ("system/licence_period_starts_on", "2025-02-30", "YYYY-MM-DD"),
        ("anonymization/minimum_level", "none", "one of login_name, initials, anonymized_code"),
        ("anonymization/replacement", "", "a text of 1 to 64"),
        ("notifications/consent_text", None, "a text of 1 to 8,000"),
    ],
)
def test_a_value_outside_its_bounds_is_refused_and_the_bounds_are_told(
    world: World, path: str, value: Any, words: str
) -> None:
    before = world.done(world.client.get(f"/configuration/{path}", headers=world.admin))
    answer = world.client.put(f"/configuration/{path}", json={"value": value}, headers=world.admin)
    assert words in sentence(answer, 422)
    assert world.done(world.client.get(f"/configuration/{path}", headers=world.admin)) == before


def test_records_cannot_be_invented(world: World) -> None:
    for method in ("GET", "PUT"):
        answer = world.client.request(
            method, "/configuration/agent/colour", json={"value": 1} if method == "PUT" else None, headers=world.admin
        )
        assert "no configuration record agent/colour" in sentence(answer, 404)


#: What an event holds, and how the consent text says so. Sequence and instant are those of all of it.
SAID = {
    "application": "which applications you work in",
    "window_title": "the titles of their windows",
    "url": "the addresses of web pages",
    "element_role": "which buttons, menu items, tabs, check boxes and fields you use",
    "element_name": "by what is written on or beside them",
    "element_id": "which buttons, menu items, tabs, check boxes and fields you use",
    "kind": "how often you click, type, copy, paste and scroll",
    "key_count": "how often you click, type",
    "value_length": "how many characters a field of a web page holds",
    "task_name": "which task you record",
    "case_id": "with its number",
}


def test_the_consent_text_says_everything_that_an_event_holds() -> None:
    held = set(RawEvent.__struct_fields__) - {"sequence", "occurred_at", "source"}
    assert held == set(SAID)
    assert [phrase for phrase in SAID.values() if phrase not in CONSENT_TEXT] == []
