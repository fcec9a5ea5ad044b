"""The stages of a project and the moves between them, as one table."""

from enum import StrEnum


class Stage(StrEnum):
    """Grammar: what is happening with the project now."""

    DRAFT = "draft"
    COLLECTING = "collecting"
    CLOSED = "closed"
    ARCHIVED = "archived"
    DELETED = "deleted"
    """for good: only what the audit log speaks of is left, and nobody sees it as a project"""


class Move(StrEnum):
    """Grammar: the verb of the route."""

    OPEN = "open"
    CLOSE = "close"
    ARCHIVE = "archive"
    REOPEN = "reopen"


#: move → (the stages it starts from, the stage it leads to)
MOVES: dict[Move, tuple[frozenset[Stage], Stage]] = {
    Move.OPEN: (frozenset({Stage.DRAFT}), Stage.COLLECTING),
    Move.CLOSE: (frozenset({Stage.COLLECTING}), Stage.CLOSED),
    Move.ARCHIVE: (frozenset({Stage.CLOSED}), Stage.ARCHIVED),
    Move.REOPEN: (frozenset({Stage.CLOSED, Stage.ARCHIVED}), Stage.COLLECTING),
}

#: Stages in which a project can still be changed and data requested for it.
OPEN_STAGES = frozenset({Stage.DRAFT, Stage.COLLECTING})
#: Stages in which a project can be mined.
MINEABLE_STAGES = frozenset({Stage.COLLECTING, Stage.CLOSED})
