"""The terms that an approval is given on: they are stored with the data request when it is filed, and never change.

Add a term here when people are asked for something more; the manager's page and the policy then show it.
"""

from enum import StrEnum

import msgspec

from domain.aliases import AnonymizationLevel


class ConsentState(StrEnum):
    """What a person answered to one approval's consent text."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Goal(StrEnum):
    """Grammar: the analysis that somebody is after."""

    OVERALL_ACTIVITY = "overall_activity"
    TASK_ACTIVITY = "task_activity"
    TASK_TIMELINE = "task_timeline"


class Cadence(StrEnum):
    """Continuous: all the time. Targeted: only between a person's start and stop of a task of the project."""

    CONTINUOUS = "continuous"
    TARGETED = "targeted"


class Visibility(StrEnum):
    """Who may be seen in a project's results: figures about groups only, or also the codes of persons."""

    GROUP = "group"
    INDIVIDUAL = "individual"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What was approved besides dates and purpose in words. The default asks for the least."""

    goals: frozenset[Goal] = frozenset({Goal.OVERALL_ACTIVITY})
    cadence: Cadence = Cadence.CONTINUOUS
    visibility: Visibility = Visibility.GROUP
    anonymization_level: AnonymizationLevel = AnonymizationLevel.ANONYMIZED_CODE
    applications_with_named_content: frozenset[str] = frozenset()
    """Programs whose links, list items and cells are recorded by name, as the configuration had it then."""

    def cover(self, wanted: "Terms") -> bool:
        """Whether data collected on these terms may be used on the wanted ones: the same or less in every respect."""
        return (
            wanted.goals <= self.goals
            and wanted.cadence is self.cadence
            and (wanted.visibility is Visibility.GROUP or self.visibility is Visibility.INDIVIDUAL)
            and wanted.anonymization_level.is_at_least(self.anonymization_level)
            and wanted.applications_with_named_content <= self.applications_with_named_content
        )
