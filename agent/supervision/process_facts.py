"""What is known of a process by its number: since when it runs, its parent, its program, its memory.

On Linux the kernel is asked, elsewhere psutil, which is imported there alone: it would cost five megabytes for this.
"""

import os
import re
import sys
from pathlib import Path

PROC = Path("/proc")
COMMAND_LINE_MAX_BYTES = 64 * 1024
_PARENT, _STARTED = 1, 19
"""Of the fields behind the name in `/proc/PID/stat`."""


class ProcessGoneError(LookupError):
    """There is no such process, or it may not be looked at."""


def created(pid: int) -> float:
    """Tells two processes of the same number apart; means nothing else. Raises ProcessGoneError."""
    if sys.platform == "linux":
        try:
            return float(_field(pid, _STARTED))
        except ValueError as error:
            raise ProcessGoneError(str(pid)) from error
    import psutil  # noqa: PLC0415

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error as error:
        raise ProcessGoneError(str(pid)) from error


def parent(pid: int) -> int:
    """Linux alone asks. 0 for the first of all. Raises ProcessGoneError."""
    return int(_field(pid, _PARENT))


def _field(pid: int, place: int) -> str:
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace")
        return text.rpartition(")")[2].split()[place]
    except (OSError, IndexError) as error:
        raise ProcessGoneError(str(pid)) from error


def program(pid: int) -> str:
    """The executable's file name; its short name where the executable may not be seen. Raises ProcessGoneError."""
    if sys.platform == "linux":
        try:
            return (PROC / str(pid) / "exe").readlink().name.removesuffix(" (deleted)") or _short_name(pid)
        except OSError:
            return _short_name(pid)
    import psutil  # noqa: PLC0415

    try:
        process = psutil.Process(pid)
        try:
            return Path(process.exe()).name or process.name()
        except psutil.AccessDenied:
            return process.name()
    except psutil.Error as error:
        raise ProcessGoneError(str(pid)) from error


def options(pid: int) -> tuple[str, ...]:
    """The words of its command line that begin with a dash, split at blanks as well (Chromium joins its own).

    Empty where it may not be seen. The addresses beside them are not kept, not even as memory that was given back.
    """
    if sys.platform == "linux":
        line = bytearray(COMMAND_LINE_MAX_BYTES)
        try:
            with (PROC / str(pid) / "cmdline").open("rb", buffering=0) as file:
                length = file.readinto(line) or 0
            found = re.finditer(rb"(?<![^\0\s])-[^\0\s]*", memoryview(line)[:length])
            return tuple(option.group().decode("utf-8", "replace") for option in found)
        except OSError:
            return ()
        finally:
            line[:] = bytes(len(line))
    import psutil  # noqa: PLC0415

    try:
        return tuple(word for word in " ".join(psutil.Process(pid).cmdline()).split() if word.startswith("-"))
    except psutil.Error:
        return ()


def _short_name(pid: int) -> str:
    try:
        return (PROC / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        raise ProcessGoneError(str(pid)) from error


def own_memory_bytes() -> int:
    """What this process has resident."""
    if sys.platform == "linux":
        pages = int((PROC / "self" / "statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    import psutil  # noqa: PLC0415

    return int(psutil.Process().memory_info().rss)
