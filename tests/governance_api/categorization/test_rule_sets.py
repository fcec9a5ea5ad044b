"""Rule sets: each saved one is a new version for good; rules can be tried before."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.governance_api.world import World, sentence


def rule(rank: int, executable: str, category: str, **fields: Any) -> dict[str, Any]:
    condition = {"field": "application", "operator": "is", "value": executable}
    return {"rank": rank, "condition": condition, "activity_kind": "productive", "category": category, **fields}


MAIL = rule(10, "outlook.exe", "Mail", application="Outlook")


def saved(world: World, *rules: dict[str, Any], **body: Any) -> Any:
    return world.client.post("/rule-sets", json={"rules": list(rules), **body}, headers=world.admin)


def test_there_is_a_rule_set_before_anybody_wrote_one(world: World) -> None:
    first = world.done(world.client.get("/rule-sets/1", headers=world.admin))
    assert (first["rules"], first["created_by"]) == ([], None)


def test_saving_makes_the_next_version_and_leaves_the_former_as_it_was(world: World) -> None:
    one = world.done(saved(world, MAIL, note="Mail", replacements={"excel.exe": "Excel"}))
    two = world.done(saved(world, rule(20, "sap.exe", "ERP"), MAIL))
    assert two["rule_set_version"] == one["rule_set_version"] + 1
    assert [each["rank"] for each in two["rules"]] == [10, 20]
    read = world.done(world.client.get(f"/rule-sets/{one['rule_set_version']}", headers=world.admin))
    assert read == one
    assert read["replacements"] == {"excel.exe": "Excel"}
    sentence(world.client.get("/rule-sets/4711", headers=world.admin), 404)


def test_versions_saved_at_once_are_numbered_without_gap(world: World) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: world.done(saved(world, MAIL)), range(8)))
    versions = sorted(each["rule_set_version"] for each in answers)
    assert versions == list(range(versions[0], versions[0] + 8))


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([MAIL, rule(11, "olk.exe", "Chat", application="outlook")], "puts the application 'outlook' in the category"),
        ([MAIL, rule(10, "sap.exe", "ERP")], "have one rank"),
        ([rule(4, "sap.exe", "ERP")], "has rank 4"),
        ([rule(10, "sap.exe", "")], "empty or too long category"),
        ([rule(10, "sap.exe", "ERP", activity_kind="idle")], "gives the kind idle"),
        (
            [rule(10, "x", "ERP", condition={"field": "url", "operator": "matches", "value": "a(?!b)"})],
            "$.value",
        ),
        ([rule(10, "x", "ERP", condition={"field": "kind", "operator": "is", "value": "typed"})], "asks about kind"),
        ([rule(10, "x", "ERP", window_name="[a] b]")], "window name"),
        ([{**MAIL, "colour": "red"}], "colour"),
    ],
)
def test_rules_that_break_a_rule_are_refused_by_name_and_save_nothing(
    world: World, rules: list[dict[str, Any]], words: str
) -> None:
    before = world.done(world.client.get("/rule-sets", headers=world.admin))
    assert words in sentence(saved(world, *rules), 422)
    assert words in sentence(
        world.client.post("/rule-sets/preview", json={"rules": rules, "contexts": []}, headers=world.admin), 422
    )
    assert world.done(world.client.get("/rule-sets", headers=world.admin)) == before


def test_a_preview_tells_what_rules_would_do_and_saves_nothing(world: World) -> None:
    before = world.done(world.client.get("/rule-sets", headers=world.admin))
    shadow = rule(20, "outlook.exe", "Mail", application="Outlook")
    body = {
        "rules": [MAIL, shadow],
        "contexts": [
            {"application": "OUTLOOK.exe", "window_title": "Inbox", "seconds": 30},
            {"application": "unknown.exe", "seconds": 10},
        ],
    }
    told = world.done(world.client.post("/rule-sets/preview", json=body, headers=world.admin))
    assert [(each["category"], each["application"]) for each in told["categorized"]] == [
        ("Mail", "Outlook"),
        ("Other", "Other"),
    ]
    assert told["uncategorized_share"] == 0.25
    assert told["shadowed_ranks"] == [20]
    assert world.done(world.client.get("/rule-sets", headers=world.admin)) == before
    empty = world.done(world.client.post("/rule-sets/preview", json={"rules": [], "contexts": []}, headers=world.admin))
    assert empty["uncategorized_share"] == 0
