"""Checks a rule set before it is saved, each breach as one sentence. Add a check here when a rule could be written that
nobody can mean.
"""

from collections.abc import Iterator

from domain.activity_states import ActivityKind
from domain.categorization.rules import FIRST_FREE_RANK, MAX_RANK, CategorizationRule, RuleSet
from domain.categorization.window_names import check_window_name
from domain.conditions.texts import check_pattern, fold
from domain.conditions.tree import AllOf, AnyOf, Comparison, Condition, Field, Operator, comparisons
from domain.errors import DomainError

MAX_RULES = 5000
NAME_MAX = 256

#: Kinds that a rule may give: idle comes from the input, uncategorized from MAX.
KINDS_OF_RULES = (ActivityKind.PRODUCTIVE, ActivityKind.NON_PRODUCTIVE, ActivityKind.BREAK, ActivityKind.OFF)


def check_rule_set(rule_set: RuleSet) -> None:
    """Raises DomainError for the first breach, naming the rules: an empty rule set is legal."""
    if len(rule_set.rules) > MAX_RULES:
        raise DomainError(f"The rule set has {len(rule_set.rules)} rules: use at most {MAX_RULES}.")
    _check_ranks(rule_set)
    for rule in rule_set.ranked:
        _check_rule(rule)
    _check_replacements(rule_set)
    _check_one_category_per_application(rule_set)


def applications_of(rule: CategorizationRule, rule_set: RuleSet) -> Iterator[str]:
    """The applications that the rule is known to put in its category: its own, or those its condition names."""
    if rule.application:
        yield rule.application
        return
    for comparison in _named_applications(rule.condition):
        yield rule_set.friendly_name(comparison.value)


def _check_ranks(rule_set: RuleSet) -> None:
    taken: dict[int, CategorizationRule] = {}
    for rule in rule_set.rules:
        if not FIRST_FREE_RANK <= rule.rank < MAX_RANK:
            raise DomainError(
                f"Rule {rule.title} has rank {rule.rank}: use {FIRST_FREE_RANK} to {MAX_RANK - 1}; "
                "the others belong to Private, Lock, Off, Idle and MAX."
            )
        other = taken.setdefault(rule.rank, rule)
        if other is not rule:
            raise DomainError(f"Rules {other.title} and {rule.title} have one rank: give every rule its own.")


def _check_rule(rule: CategorizationRule) -> None:
    if rule.activity_kind not in KINDS_OF_RULES:
        raise DomainError(
            f"Rule {rule.title} gives the kind {rule.activity_kind}: use one of {', '.join(KINDS_OF_RULES)}."
        )
    for word, text in (
        ("category", rule.category),
        ("application", rule.application),
        ("window name", rule.window_name),
    ):
        if text is not None and not 0 < len(text.strip()) <= NAME_MAX:
            raise DomainError(f"Rule {rule.title} has an empty or too long {word}: use 1 to {NAME_MAX} characters.")
        if text is not None and "\0" in text:
            raise DomainError(f"Rule {rule.title} has a NUL character in its {word}: remove it.")
    for comparison in comparisons(rule.condition):
        if comparison.field in {Field.KIND, Field.WINDOW_CLASS}:
            raise DomainError(f"Rule {rule.title} asks about {comparison.field}: use application, window_title or url.")
        if comparison.operator is Operator.MATCHES:
            check_pattern(comparison.value, f"Rule {rule.title}: the pattern {comparison.value!r}")
    check_window_name(rule.window_name, rule.condition, f"Rule {rule.title}: the window name {rule.window_name!r}")


def _check_replacements(rule_set: RuleSet) -> None:
    names: dict[str, str] = {}
    for executable, name in rule_set.replacements.items():
        if not executable.strip() or not 0 < len(name.strip()) <= NAME_MAX or "\0" in executable + name:
            raise DomainError(f"The application replacement {executable!r} → {name!r} is empty: name both.")
        if names.setdefault(fold(executable), name) != name:
            raise DomainError(f"Executable {executable!r} has two friendly names: keep one of them.")


def _check_one_category_per_application(rule_set: RuleSet) -> None:
    owners: dict[str, CategorizationRule] = {}
    for rule in rule_set.ranked:
        for application in applications_of(rule, rule_set):
            owner = owners.setdefault(fold(application), rule)
            if owner.category != rule.category:
                raise DomainError(
                    f"Rule {rule.title} puts the application {application!r} in the category {rule.category!r}, but "
                    f"rule {owner.title} puts it in {owner.category!r}: use one category, or name another application."
                )


def _named_applications(condition: Condition) -> Iterator[Comparison]:
    match condition:
        case Comparison(Field.APPLICATION, Operator.IS, _):
            yield condition
        case AllOf(inner) | AnyOf(inner):
            for each in inner:
                yield from _named_applications(each)
