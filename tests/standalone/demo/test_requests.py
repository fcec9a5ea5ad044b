"""The demonstration's rules are a rule set that the product accepts, recordings included."""

from domain.categorization.checks import check_rule_set
from domain.categorization.rules import MAX_RULE, CategorizationRule, RuleSet
from domain.conditions.tree import parse_condition
from domain.contexts import Context
from standalone.demo.requests import demo_rule_set


def _rule_set() -> RuleSet:
    body = demo_rule_set()
    rules = [CategorizationRule(**{**rule, "condition": parse_condition(rule["condition"])}) for rule in body["rules"]]
    return RuleSet(version=1, rules=tuple(rules), replacements=body["replacements"])


def test_the_rules_are_accepted() -> None:
    check_rule_set(_rule_set())


def test_the_recordings_are_categorized() -> None:
    rules = _rule_set()
    form = rules.categorize(Context("Chrome", "", "https://form.jotform.com/200477494954062"))
    sheet = rules.categorize(Context("Excel", "StudentRecords.xlsx - Sheet1", ""))
    assert [(each.category, each.application) for each in (form, sheet)] == [
        ("Form filling", "Jotform"),
        ("Office documents", "Microsoft Excel"),
    ]
    assert MAX_RULE.category not in {form.category, sheet.category}
