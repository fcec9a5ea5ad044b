"""Remembers why the agent of a session ended, so that `status` says what is so when nobody answers.

`status` tells it as it tells everything that is not seen: what is missing, why, and what to do.
"""

import time
from collections.abc import Iterator
from contextlib import suppress

import msgspec

from agent.control.wording import instant
from agent.installation.system_account import check_account, read_account
from agent.settings import SettingsError, StateFolder, load_enrolment, write_private

START = "start it with `task-mining-agent run`, or sign in again if it is installed"
KILLED = f"it ended without a word (killed, or the computer went off): {START}, and look into its log"
STOPPED = f"it was stopped, or you signed out: {START}"
_NEVER = f"it was not started yet: {START}"


class LastEnd(msgspec.Struct, frozen=True):
    """`missing` names capabilities whose want ended it; `at_us` is None as long as it runs, and after a crash."""

    why: str = KILLED
    missing: tuple[str, ...] = ()
    at_us: int | None = None


def remember_start(folder: StateFolder) -> None:
    """Until its end is told it counts as ended without a word."""
    _write(folder, LastEnd())


def remember_end(folder: StateFolder, why: str, *, missing: tuple[str, ...] = ()) -> None:
    _write(folder, LastEnd(why.rstrip("."), missing, time.time_ns() // 1000))


def _write(folder: StateFolder, end: LastEnd) -> None:
    with suppress(OSError):  # a full disk ends nothing: `status` then knows less
        write_private(folder.last_end, msgspec.json.encode(end))


def _read(folder: StateFolder) -> LastEnd:
    try:
        return msgspec.json.decode(folder.last_end.read_bytes(), type=LastEnd)
    except FileNotFoundError:
        return LastEnd(_NEVER)
    except (OSError, msgspec.MsgspecError):
        return LastEnd()


def tell_not_running(folder: StateFolder) -> Iterator[str]:
    """The status of an agent that does not answer."""
    try:
        check_account(load_enrolment(folder), read_account())
    except SettingsError as error:
        yield f"Now:       not recording: {error}"
        return
    end = _read(folder)
    yield f"Now:       not recording: the agent does not run: {end.why}"
    if end.missing:
        yield f"Not seen:  {', '.join(end.missing)}"
    if end.at_us is not None:
        yield f"Ended:     {instant(end.at_us)}"
    yield f"Log:       {folder.log}"
    yield "Kept:      `captured` shows what was recorded before, and what waits"
