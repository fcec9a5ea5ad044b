"""The states of a mining job and the moves between them, as one table."""

from enum import StrEnum


class State(StrEnum):
    """Grammar: what the job is waiting for, or has become."""

    REQUESTED = "requested"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Move(StrEnum):
    """Grammar: the verb of the route."""

    START = "start"
    PROGRESS = "progress"
    FINISH = "finish"
    FAIL = "fail"


#: move → (the states it starts from, the state it leads to)
MOVES: dict[Move, tuple[frozenset[State], State]] = {
    Move.START: (frozenset({State.REQUESTED}), State.RUNNING),
    Move.PROGRESS: (frozenset({State.RUNNING}), State.RUNNING),
    Move.FINISH: (frozenset({State.RUNNING}), State.DONE),
    Move.FAIL: (frozenset({State.REQUESTED, State.RUNNING}), State.FAILED),
}
