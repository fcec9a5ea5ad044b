"""Removes receipts and landings that nobody can ask for any more, so that their tables stay as large as a month.

A batch that is sent again after that is accepted again, and compaction finds that its events are stored.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from domain.landing_files import LANDING_FOLDER
from governance_api.ingestion.deliveries import SENT_WITHIN

EVERY_SECONDS = 3600.0
#: So many in one transaction: nobody who writes receipts waits long.
ROWS_AT_ONCE = 5_000

_DELETE_RECEIPTS = text("""
delete from governance.batch_receipts where ctid = any(array(
    select ctid from governance.batch_receipts where received_at < :before order by received_at limit :limit
))
""")
_OLD_LANDINGS = text("""
select landing_id, file_name, landed_at from governance.landings
where landed_at < :before and (landed_at, landing_id) > (:last_at, :last_id)
order by landed_at, landing_id limit :limit
""")
_DELETE_LANDINGS = text("""
delete from governance.landings where landing_id = any(:ids) and not exists (
    select from governance.batch_receipts as receipts where receipts.landing_id = landings.landing_id
)
""")

_log = logging.getLogger(__name__)


class Upkeep:
    """A thread that removes what is old, at once and then every hour."""

    def __init__(self, engine: Engine, lake: Path, *, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._lake = lake
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ingestion upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                remove_old(self._engine, self._lake, now=self._clock(), is_stopping=self._stopping.is_set)
            except (OSError, SQLAlchemyError):  # they are as old in an hour
                _log.exception("Old receipts could not be removed; it is tried again in an hour.")
            self._stopping.wait(EVERY_SECONDS)


def remove_old(
    engine: Engine, lake: Path, *, now: datetime, is_stopping: Callable[[], bool] = lambda: False
) -> tuple[int, int]:
    """How many receipts and landings went. A landing whose file still waits stays, however old."""
    before = now - SENT_WITHIN
    receipts = landings = 0
    while not is_stopping():
        with engine.begin() as connection:
            gone = connection.execute(_DELETE_RECEIPTS, {"before": before, "limit": ROWS_AT_ONCE}).rowcount
        receipts += gone
        if gone < ROWS_AT_ONCE:
            break
    last_at, last_id = datetime.min.replace(tzinfo=now.tzinfo), 0
    while not is_stopping():
        with engine.begin() as connection:
            place = {"last_at": last_at, "last_id": last_id}
            old = connection.execute(_OLD_LANDINGS, {"before": before, "limit": ROWS_AT_ONCE, **place}).all()
            absorbed = [row.landing_id for row in old if not (lake / LANDING_FOLDER / row.file_name).exists()]
            if absorbed:
                landings += connection.execute(_DELETE_LANDINGS, {"ids": absorbed}).rowcount
        if len(old) < ROWS_AT_ONCE:
            break
        last_at, last_id = old[-1].landed_at, old[-1].landing_id
    return receipts, landings
