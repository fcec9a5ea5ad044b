"""Tries rules on contexts before they are saved: in slices, within bounds of questions and of time.

A question is one comparison of a rule put to one context.
"""

import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

from domain.activity_states import ActivityKind
from domain.categorization.checks import check_rule_set
from domain.categorization.rules import CategorizationRule, Categorized, RuleSet
from domain.conditions.tree import comparisons
from domain.contexts import Context
from governance_api.categorization.errors import PreviewTooLargeError, PreviewTooSlowError

MAX_QUESTIONS = 5_000_000
MAX_SECONDS = 20.0
SLICE_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What rules would make of some contexts. `shadowed_ranks`: rules that match, but never first."""

    categorized: list[Categorized]
    uncategorized_share: float
    shadowed_ranks: list[int]


def previewing(
    rules: Sequence[CategorizationRule],
    replacements: Mapping[str, str],
    contexts: Sequence[tuple[Context, float]],
    *,
    max_questions: int = MAX_QUESTIONS,
    max_seconds: float = MAX_SECONDS,
) -> Generator[Preview | None, None, None]:
    """Works for a moment at each step and gives None; the last step gives the preview.

    `contexts` come with their seconds; the share is 0 where no time is given. Raises DomainError for rules that could
    not be saved, PreviewTooLargeError before anything is tried, PreviewTooSlowError when it takes too long.
    """
    rule_set = RuleSet(0, tuple(rules), dict(replacements))
    asked = sum(1 for rule in rules for _ in comparisons(rule.condition)) * len(contexts)
    if asked > max_questions:
        raise PreviewTooLargeError(asked, max_questions)
    check_rule_set(rule_set)
    yield None
    categorized: list[Categorized] = []
    holding: set[int] = set()
    seconds_at_work, began_at = 0.0, time.monotonic()
    for context, _ in contexts:
        matching = list(rule_set.holding(context, known=holding))
        holding.update(rule.rank for rule in matching)
        categorized.append(rule_set.categorize_by(matching[0] if matching else None, context))
        if (passed := time.monotonic() - began_at) > SLICE_SECONDS:
            seconds_at_work += passed
            if seconds_at_work > max_seconds:
                raise PreviewTooSlowError(max_seconds, done=len(categorized), of=len(contexts))
            yield None
            began_at = time.monotonic()
    deciding = {result.rank for result in categorized}
    yield Preview(
        categorized=categorized,
        uncategorized_share=_uncategorized_share(categorized, [seconds for _, seconds in contexts]),
        shadowed_ranks=sorted(holding - deciding),
    )


def _uncategorized_share(categorized: Sequence[Categorized], seconds: Sequence[float]) -> float:
    total = sum(seconds)
    results = zip(seconds, categorized, strict=True)
    unmatched = sum(spent for spent, result in results if result.activity_kind is ActivityKind.UNCATEGORIZED)
    return unmatched / total if total else 0.0
