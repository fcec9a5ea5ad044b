"""Errors of this machine (ports, processes, folders), each one sentence that ends in the remedy.

Derive from StandaloneError: the command prints its sentence and ends with exit code 1, without a stack trace.
"""

from pathlib import Path


class StandaloneError(RuntimeError):
    """Something on this machine is not as it must be. `str(error)` says what, where and what to do."""


class PortTakenError(StandaloneError):
    """Another program listens where one of ours should."""

    def __init__(self, *, port: int, process: str, variable: str, holder: str | None) -> None:
        by = f"by {holder}" if holder else "by another program"
        super().__init__(
            f"Port {port} of {process} is taken {by}: stop that program, or set {variable} to a port that is free."
        )


class ProcessDiedError(StandaloneError):
    """A process ended, or did not answer in time; the end of its log usually says why."""

    def __init__(self, *, process: str, log: Path, tail: str = "") -> None:
        said = f' (it said: "{tail}")' if tail else ""
        super().__init__(f"{process} did not start{said}: read {log}, mend what it names, and run the command again.")


def last_line(log: Path) -> str:
    """What a process said last, for the sentence about its end."""
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return lines[-1] if lines else ""
