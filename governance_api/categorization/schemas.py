"""Bodies of /rule-sets. The domain checks conditions and ranks, and names the rule that is wrong."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from domain.activity_states import ActivityKind
from domain.categorization.checks import MAX_RULES
from domain.categorization.rules import CategorizationRule
from domain.conditions.tree import parse_condition
from domain.contexts import APPLICATION_MAX, URL_MAX, WINDOW_TITLE_MAX, Context
from governance_api.edge.schemas import Answer, Body, OptionalText

MAX_CONTEXTS = 5_000
MAX_CONTEXT_SECONDS = 10_000_000_000


class RuleBody(Body):
    """One rule: the first, by rank, whose condition holds decides."""

    rank: int
    name: OptionalText = ""
    condition: dict[str, Any]
    activity_kind: ActivityKind
    category: str
    application: str | None = None
    window_name: str | None = None

    def to_rule(self) -> CategorizationRule:
        """Raises DomainError for a condition that cannot be read."""
        fields = self.model_dump(exclude={"condition"})
        return CategorizationRule(condition=parse_condition(self.condition), **fields)


Rules = Annotated[list[RuleBody], Field(max_length=MAX_RULES)]
Replacements = Annotated[dict[str, str], Field(max_length=MAX_RULES)]


class RuleSetCreation(Body):
    """`replacements` maps executables to the friendly name of their application."""

    note: OptionalText = ""
    rules: Rules
    replacements: Replacements = Field(default_factory=dict)


class ContextBody(Body):
    application: Annotated[str, Field(max_length=APPLICATION_MAX)] = ""
    window_title: Annotated[str, Field(max_length=WINDOW_TITLE_MAX)] = ""
    url: Annotated[str, Field(max_length=URL_MAX)] = ""
    seconds: Annotated[float, Field(ge=0, le=MAX_CONTEXT_SECONDS)] = 0

    def to_context(self) -> Context:
        return Context(self.application, self.window_title, self.url)


class PreviewRequest(Body):
    """Rules to try on contexts, with the seconds spent in each."""

    rules: Rules
    replacements: Replacements = Field(default_factory=dict)
    contexts: Annotated[list[ContextBody], Field(max_length=MAX_CONTEXTS)]


class CategorizedAnswer(Answer):
    activity_kind: ActivityKind
    category: str
    application: str
    window_name: str
    rank: int


class PreviewAnswer(Answer):
    """One answer per context, in order; the share of the seconds that no rule matched; rules that never decide."""

    categorized: list[CategorizedAnswer]
    uncategorized_share: float
    shadowed_ranks: list[int]


class RuleAnswer(Answer):
    rank: int
    name: str
    condition: dict[str, Any]
    activity_kind: ActivityKind
    category: str
    application: str | None
    window_name: str | None


class RuleSetSummary(Answer):
    rule_set_version: int
    note: str
    created_by: int | None
    created_at: datetime


class RuleSetAnswer(RuleSetSummary):
    rules: list[RuleAnswer]
    replacements: dict[str, str]
