"""Lets a process have as many files open as its connections need, or fewer connections where the system says no."""

import logging
import sys
from dataclasses import replace

from standalone.serving.limits import ConnectionLimits

FILES_OF_ITS_OWN = 200
_log = logging.getLogger(__name__)


def raise_file_limit(limits: ConnectionLimits, *, backlog: int) -> ConnectionLimits:
    """`backlog` connections may be accepted at one blow before others have made room for them."""
    if sys.platform == "win32":
        return limits
    import resource  # noqa: PLC0415 - not on every system

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return limits
    needed = limits.max_count + backlog + FILES_OF_ITS_OWN
    possible = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft < possible:
        resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))
    room = max(soft, possible) - backlog - FILES_OF_ITS_OWN
    if room >= limits.max_count:
        return limits
    bounded = replace(limits, max_count=max(1, room))
    _log.warning(
        "This process may have %d files open, so %d connections instead of %d: raise its limit (ulimit -n).",
        *(max(soft, possible), bounded.max_count, limits.max_count),
    )
    return bounded
