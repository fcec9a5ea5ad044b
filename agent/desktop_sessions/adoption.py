"""Takes what waits in the spool of a session that has ended into the spool of one that runs, with its history."""

import logging
from pathlib import Path

from agent.spool.repair import open_spool
from agent.spool.store import SpoolStore

_SESSION = (
    "session_id, login, host, time_zone, agent_version, next_sequence, last_us, boot_id, wall_minus_boot_us, shift_us"
)
_EVENT = "sequence, occurred_us, body, sent_us, allowed_by, masked_by, outcome"
_log = logging.getLogger(__name__)


def adopt(store: SpoolStore, path: Path) -> int:
    """How many events. Their spool is deleted once they are committed here; a crash before that leaves it whole.

    Raises SpoolError and OSError. A session that is here already was adopted before that crash.
    """
    other = open_spool(path)
    try:
        with other.reading() as source:
            sessions = source.execute(f"select session_number, {_SESSION} from sessions").fetchall()
            events = {
                number: source.execute(
                    f"select {_EVENT} from events where session_number = ? order by position", (number,)
                ).fetchall()
                for number, *_ in sessions
            }
    finally:
        other.close()
    count = store.take_sessions([(tuple(row), events[number]) for number, *row in sessions], columns=(_SESSION, _EVENT))
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    if count:
        _log.info("%d events of a session that has ended were taken over.", count)
    return count
