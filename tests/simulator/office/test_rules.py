"""The rules a power user would write agree with what the simulated applications really count as."""

from datetime import date
from typing import Any

import pytest

from domain.activity_states import ActivityKind
from domain.categorization.checks import check_rule_set
from domain.categorization.rules import MAX_RULE, CategorizationRule, RuleSet
from domain.conditions.tree import parse_condition
from domain.event_filters.predefined import PREDEFINED_EVENT_FILTERS
from domain.event_filters.rules import verdict
from domain.tasks.task_scopes import parse_task_scope
from simulator.office.applications import APPLICATIONS, Application
from simulator.office.rules import rule_set
from simulator.office.work_items import task_scopes
from simulator.parameters import Parameters, Rates
from simulator.workforce import simulate

FACTS = {
    "record": "INC0012345", "order": "ORD-70035", "topic": "VPN connection", "slug": "VPN+connection",
    "machine": "WS-1234", "colleague": "Kim Ost", "mailbox": "incident@acme.example", "month": "03",
}  # fmt: skip


def read_rule_set() -> RuleSet:
    body: Any = rule_set()
    rules = [
        CategorizationRule(
            **{
                **rule,
                "condition": parse_condition(rule["condition"]),
                "activity_kind": ActivityKind(rule["activity_kind"]),
            }
        )
        for rule in body["rules"]
    ]
    return RuleSet(version=1, rules=tuple(rules), replacements=body["replacements"])


def test_the_rule_set_may_be_saved() -> None:
    rules = read_rule_set()
    check_rule_set(rules)
    assert len(rules.rules) >= 40


@pytest.mark.parametrize("application", [each for each in APPLICATIONS if not each.is_excluded])
def test_an_application_counts_as_its_rule_says(application: Application) -> None:
    found = read_rule_set().categorize(application.context(**FACTS))
    told = (
        application.activity_kind,
        application.category or MAX_RULE.category,
        application.name or MAX_RULE.application,
    )
    assert (found.activity_kind, found.category, found.application) == told


@pytest.mark.parametrize("application", APPLICATIONS)
def test_exactly_the_excluded_applications_meet_a_predefined_event_filter(application: Application) -> None:
    context = application.context(**FACTS)
    fields = {"application": context.application, "window_title": context.window_title, "url": context.url}
    assert verdict(PREDEFINED_EVENT_FILTERS, fields).is_excluded == application.is_excluded


def test_every_context_anybody_visits_counts_as_the_truth_says() -> None:
    rules = read_rule_set()
    parameters = Parameters(last_on=date(2026, 3, 6), people_per_team=2, working_days=2, rates=Rates(visit_seconds=120))
    for day in simulate(parameters):
        for activity in day.truth.activities:
            if activity.context is not None:
                found = rules.categorize(activity.context)
                assert (found.activity_kind, found.category) == (activity.activity_kind, activity.category)


def test_the_task_scopes_can_be_read() -> None:
    assert [parse_task_scope(scope).name for scope in task_scopes()] == [
        "Resolve incident",
        "Handle customer case",
        "Book invoice",
    ]
