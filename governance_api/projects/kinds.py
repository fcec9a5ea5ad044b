"""The closed sets of words that describe a project: permissions, kinds of task scopes, export formats.

The terms of a project are words of `domain.assignments.terms`. A column that holds one is mapped with `database.Word`.
"""

from enum import StrEnum


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
