"""Trying rules: the same answers as one rule after the other would give, within bounds that are told."""

from typing import Any

import pytest

from domain.activity_states import ActivityKind
from domain.categorization.rules import CategorizationRule, RuleSet
from domain.conditions.tree import parse_condition
from domain.contexts import Context
from governance_api.categorization.errors import PreviewTooLargeError, PreviewTooSlowError
from governance_api.categorization.previews import MAX_QUESTIONS, Preview, previewing
from governance_api.categorization.schemas import MAX_CONTEXT_SECONDS, MAX_CONTEXTS
from tests.governance_api.world import World, sentence


def rule(rank: int, **condition: Any) -> CategorizationRule:
    return CategorizationRule(rank, parse_condition(condition), ActivityKind.PRODUCTIVE, f"C{rank}")


def contains(text: str) -> dict[str, str]:
    return {"field": "window_title", "operator": "contains", "value": text}


RULES = (rule(30, **contains("a")), rule(10, **contains("ab")), rule(20, any=[contains("b"), contains("ba")]))
CONTEXTS = [(Context("x", title, ""), 1.0) for title in ("ab", "ba", "a", "c", "AB", "")]


def last(steps: Any) -> Preview:
    *_, preview = steps
    assert isinstance(preview, Preview)
    return preview


def test_every_context_gets_what_saved_rules_would_give_it() -> None:
    preview = last(previewing(RULES, {}, CONTEXTS))
    assert preview.categorized == [RuleSet(1, RULES).categorize(context) for context, _ in CONTEXTS]
    assert [each.rank for each in preview.categorized[:3]] == [10, 20, 30]
    assert preview.uncategorized_share == pytest.approx(2 / 6)
    assert preview.shadowed_ranks == []


def test_a_rule_that_holds_but_never_first_is_told() -> None:
    shadowed = last(previewing((*RULES, rule(40, **contains("a")), rule(50, **contains("never"))), {}, CONTEXTS))
    assert shadowed.shadowed_ranks == [40]


def test_more_questions_than_are_answered_at_once_are_refused_before_the_first() -> None:
    assert last(previewing(RULES, {}, CONTEXTS, max_questions=24))
    with pytest.raises(PreviewTooLargeError, match="24 questions, where at most 23"):
        next(previewing(RULES, {}, CONTEXTS, max_questions=23))


def test_what_takes_too_long_is_refused_and_says_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("governance_api.categorization.previews.SLICE_SECONDS", 0.0)
    with pytest.raises(PreviewTooSlowError, match="only 1 of 6 contexts"):
        list(previewing(RULES, {}, CONTEXTS, max_seconds=0.0))


def test_the_share_of_the_longest_times_is_a_number(world: World) -> None:
    body = {"rules": [], "contexts": [{"seconds": MAX_CONTEXT_SECONDS}] * 2}
    told = world.done(world.client.post("/rule-sets/preview", json=body, headers=world.admin))
    assert told["uncategorized_share"] == 1
    longer = {"rules": [], "contexts": [{"seconds": 1e308}] * 2}
    assert "seconds" in sentence(world.client.post("/rule-sets/preview", json=longer, headers=world.admin), 422)


def test_the_bound_is_told_to_whoever_asks_too_much(world: World) -> None:
    comparisons = [contains(str(number)) for number in range(MAX_QUESTIONS // MAX_CONTEXTS // 4 + 1)]
    tried = {"activity_kind": "productive", "category": "C"}
    rules = [{"rank": 10 + number, "condition": {"any": comparisons}, **tried} for number in range(4)]
    body = {"rules": rules, "contexts": [{}] * MAX_CONTEXTS}
    told = sentence(world.client.post("/rule-sets/preview", json=body, headers=world.admin), 422)
    assert f"at most {MAX_QUESTIONS:,}" in told
