"""What governance would say about a generated landing: everybody consents, 306 ranked rules, one project of all days.

Measuring belongs to `pipeline`.
"""

from datetime import UTC, datetime

from benchmarks.generated_landing import APPLICATIONS, GeneratedLanding
from domain.activity_states import ActivityKind
from domain.categorization.rules import FIRST_FREE_RANK, CategorizationRule, RuleSet
from domain.conditions.tree import Comparison, Field, Operator
from domain.dates.collection_windows import CollectionWindow
from domain.event_batches import to_microseconds
from domain.event_filters.predefined import PREDEFINED_EVENT_FILTERS
from pipelines.mining.collection import CollectionFacts
from pipelines.mining.project import MiningFacts, ProjectPerson

PROJECT_ID = 1
TITLE_RULES = 246
CATEGORIES = 20


def collection_facts(landing: GeneratedLanding) -> CollectionFacts:
    people = range(1, landing.person_count + 1)
    return CollectionFacts(
        time_zones=dict.fromkeys(people, "UTC"),
        consenting_windows=tuple(CollectionWindow(person, 0) for person in people),
        landed_files=landing.files,
        event_filters=PREDEFINED_EVENT_FILTERS,
    )


def mining_facts(landing: GeneratedLanding) -> MiningFacts:
    return MiningFacts(
        project_id=PROJECT_ID,
        project_name="Benchmark",
        starts_on=landing.days[0],
        ends_on=landing.days[-1],
        mined_at_us=to_microseconds(datetime(2026, 4, 1, tzinfo=UTC)),
        people=tuple(
            ProjectPerson(workstation_user_id=person, login=f"p{person}", alias=f"P{person:03d}", time_zone="UTC")
            for person in range(1, landing.person_count + 1)
        ),
        rule_set=rule_set(),
        task_scopes={},
        audit_trails={},
    )


def rule_set() -> RuleSet:
    """Rules on titles that few windows fulfil, then one per application; the last four applications have none."""
    rules = [
        CategorizationRule(
            FIRST_FREE_RANK + number,
            Comparison(Field.WINDOW_TITLE, Operator.CONTAINS, f"-{number * 6:04d} - app{number % APPLICATIONS:02d}"),
            ActivityKind.PRODUCTIVE,
            f"Category {number % APPLICATIONS % CATEGORIES}",
        )
        for number in range(TITLE_RULES)
    ]
    rules += [
        CategorizationRule(
            FIRST_FREE_RANK + TITLE_RULES + number,
            Comparison(Field.APPLICATION, Operator.IS, f"app{number:02d}.exe"),
            ActivityKind.NON_PRODUCTIVE if number % 7 == 0 else ActivityKind.PRODUCTIVE,
            f"Category {number % CATEGORIES}",
        )
        for number in range(APPLICATIONS - 4)
    ]
    return RuleSet(1, tuple(rules))
