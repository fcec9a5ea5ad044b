"""The closed sets of words that describe a project: goals, cadences, permissions, kinds of task scopes, export formats.

A column that holds one is mapped with `database.Word`.
"""

from enum import StrEnum


class Goal(StrEnum):
    """Grammar: the analysis that the project is after."""

    OVERALL_ACTIVITY = "overall_activity"
    TASK_ACTIVITY = "task_activity"
    TASK_TIMELINE = "task_timeline"


class Cadence(StrEnum):
    """Continuous: all the time. Targeted: only between a person's start and stop of a named task."""

    CONTINUOUS = "continuous"
    TARGETED = "targeted"


class Permission(StrEnum):
    """Grammar: what an account may do with a project that is shared with it."""

    VIEW = "view"
    EDIT = "edit"


class TaskScopeKind(StrEnum):
    """Grammar: who says when a task instance begins and ends. The same words as the tags of `domain.tasks`."""

    AUTOMATED = "automated"
    USER_INITIATED = "user_initiated"


class ExportFormat(StrEnum):
    """Grammar: how the files of an export are written."""

    CSV = "csv"
    PARQUET = "parquet"
