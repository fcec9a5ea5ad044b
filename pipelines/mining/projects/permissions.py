"""What of each person a project may be mined from: their assignments that serve it, cut to the project's dates."""

from domain.assignments.permission import Permission, permission_of
from pipelines.mining.facts.calendar import days_between
from pipelines.mining.facts.project import MiningFacts
from pipelines.mining.facts.task_marks import read_task_marks
from pipelines.mining.lake.engine import EngineLimits
from pipelines.mining.lake.files import Lake


def project_permissions(lake: Lake, facts: MiningFacts, *, limits: EngineLimits | None = None) -> dict[int, Permission]:
    """By person of the project; whoever is not in it allows nothing."""
    assignments = [each for person in facts.people for each in person.assignments]
    marks = read_task_marks(
        lake, "task_markers", assignments, days_between(facts.starts_on, facts.ends_on), limits=limits
    )
    return {
        person.workstation_user_id: permission_of(
            person.assignments, marks.get(person.workstation_user_id, ())
        ).clipped(person.dates)
        for person in facts.people
    }
