"""One falsification after another on a real PostgreSQL, each undone before the next."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from governance_api.audit.anchors.folder import ANCHORS
from governance_api.audit.verification import walk
from tests.governance_api.audit.anchored_log import AnchoredLog, anchored_log
from tests.governance_api.audit.tampering import Database, tamper_with_anchors, tamper_with_log

ENTRIES_BETWEEN_ANCHORS = (4, 7, 5)
ANCHOR_FILE_EVERY = 5


@dataclass(frozen=True)
class Falsified:
    """What was done, and who noticed."""

    name: str
    is_found: bool
    is_found_by_chain: bool


def falsify(engine: Engine, url: str, folder: Path, times: int, dice: random.Random) -> Iterator[Falsified]:
    """`times` falsifications of one log with several anchors and entries younger than the last of them."""
    log, database = anchored_log(engine, folder), Database(url)
    for count in ENTRIES_BETWEEN_ANCHORS:
        log.add(count)
        log.keeper.anchor()
    log.add(2)
    log.keeper.look()
    before, lines = database.read(), log.keeper.folder.lines()
    if log.verification().faults:
        raise RuntimeError("The log has faults before anything was done to it: mend that first.")
    for number in range(times):
        if number % ANCHOR_FILE_EVERY:
            name, falsified = tamper_with_log(before, dice)
            database.write(falsified)
        else:
            name = tamper_with_anchors(log.keeper.folder, dice)
        yield Falsified(name, bool(log.verification().faults), bool(walk(database.read()).faults))
        database.write(before)
        _write_lines(log, lines)


def _write_lines(log: AnchoredLog, lines: list[str]) -> None:
    (log.keeper.folder.path / ANCHORS).write_text("".join(f"{line}\n" for line in lines))
