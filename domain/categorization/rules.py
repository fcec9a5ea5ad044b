"""Categorization rules: ranked, from a context to activity kind, category, application and window name.

`sql` says the same as one query and `checks` what may be saved: a new property of a rule is added to all three, and a
property test holds Python and SQL to the same answers.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

import msgspec

from domain.activity_states import ActivityKind, ActivityState
from domain.categorization.window_names import compile_window_name
from domain.conditions.predicate import Predicate, compile_predicate
from domain.conditions.texts import fold
from domain.conditions.tree import Condition
from domain.contexts import Context

#: Ranks below belong to the states, which are no contexts; MAX comes after every rule.
FIRST_FREE_RANK = 5
MAX_RANK = 1_000_000

PRIVATE_CATEGORY = "Private"
LOCK_CATEGORY = "Break"
OFF_CATEGORY = "Off"
IDLE_CATEGORY = "Idle"
MAX_CATEGORY = "Other"
MAX_APPLICATION = "Other"


class CategorizationRule(msgspec.Struct, frozen=True):
    """One rule. `application` None: the friendly name of the executable. `window_name` None: the window title.

    A window name in [brackets] replaces what the rule's conditions on the window title matched; any other is the name.
    """

    rank: int
    condition: Condition
    activity_kind: ActivityKind
    category: str
    application: str | None = None
    window_name: str | None = None
    name: str = ""

    @property
    def title(self) -> str:
        """How errors name the rule."""
        return f"{self.rank} ({self.name})" if self.name else str(self.rank)


class Categorized(msgspec.Struct, frozen=True):
    """What a rule made of a context, or of a state."""

    activity_kind: ActivityKind
    category: str
    application: str
    window_name: str
    rank: int


STATE_RULES: Mapping[ActivityState, Categorized] = {
    ActivityState.PRIVATE: Categorized(ActivityKind.NON_PRODUCTIVE, PRIVATE_CATEGORY, PRIVATE_CATEGORY, "", 1),
    ActivityState.LOCKED: Categorized(ActivityKind.BREAK, LOCK_CATEGORY, LOCK_CATEGORY, "", 2),
    ActivityState.OFF: Categorized(ActivityKind.OFF, OFF_CATEGORY, OFF_CATEGORY, "", 3),
    ActivityState.IDLE: Categorized(ActivityKind.IDLE, IDLE_CATEGORY, IDLE_CATEGORY, "", 4),
}
"""Predefined and unchangeable; `active` is missing because rules decide it by context."""

MAX_RULE = Categorized(ActivityKind.UNCATEGORIZED, MAX_CATEGORY, MAX_APPLICATION, "", MAX_RANK)
"""What no rule matched: in no category, and anonymous."""


class RuleSet(msgspec.Struct, frozen=True, dict=True):
    """A version of the rules. `replacements` maps executables to friendly names, without regard to case."""

    version: int
    rules: tuple[CategorizationRule, ...] = ()
    replacements: dict[str, str] = {}

    @cached_property
    def ranked(self) -> tuple[CategorizationRule, ...]:
        """The rules in the order in which they are asked."""
        return tuple(sorted(self.rules, key=lambda rule: rule.rank))

    @cached_property
    def compiled(self) -> tuple[tuple[CategorizationRule, Predicate], ...]:
        """The same with their conditions as functions."""
        return tuple((rule, compile_predicate(rule.condition)) for rule in self.ranked)

    @cached_property
    def friendly_names(self) -> dict[str, str]:
        """Replacements by folded executable."""
        return {fold(executable): name for executable, name in self.replacements.items()}

    def friendly_name(self, executable: str) -> str:
        return self.friendly_names.get(fold(executable), executable)

    def categorize(self, context: Context) -> Categorized:
        """The first rule, by rank, whose condition holds; else MAX. An empty rule set puts everything in MAX."""
        return self.categorize_by(next(self.holding(context), None), context)

    def holding(self, context: Context, *, known: Collection[int] = ()) -> Iterator[CategorizationRule]:
        """By rank, the rules whose condition holds; after the first, those of `known` ranks are not asked again."""
        fields = {"application": context.application, "window_title": context.window_title, "url": context.url}
        is_decided = False
        for rule, holds in self.compiled:
            if not (is_decided and rule.rank in known) and holds(fields):
                is_decided = True
                yield rule

    def categorize_by(self, rule: CategorizationRule | None, context: Context) -> Categorized:
        """What the rule makes of a context for which it holds; MAX without a rule."""
        if rule is None:
            return MAX_RULE
        application = rule.application or self.friendly_name(context.application)
        window_name = compile_window_name(rule.window_name, rule.condition)(context.window_title)
        return Categorized(rule.activity_kind, rule.category, application, window_name, rule.rank)
