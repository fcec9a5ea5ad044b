"""Finds what stopped a compaction among the files it read, and sets it aside: files that nobody can read or that their
receipts do not explain, and events of people who are not registered or that stand on a day that is not theirs.

Only a compaction that failed looks at its files one by one; see `compaction.compact`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from domain.landing_files import LANDING_FOLDER
from domain.losses import LossReason
from pipelines.mining.facts.collection import CollectionFacts, LandedFile
from pipelines.mining.lake.files import Lake, replacing
from pipelines.mining.lake.quarantine import QuarantineNote, find_note, set_aside_file, set_aside_rows
from pipelines.mining.lake.readable import UNREADABLE, read_or_none, row_count
from pipelines.mining.raw_events.day_events import SCHEMA, LandingCountError, MisplacedEventError
from pipelines.mining.raw_events.day_file import day_writer
from pipelines.mining.raw_events.person_days import OTHER_DAY, PersonDays, UnknownPersonError

AT_FAULT = (*UNREADABLE, UnknownPersonError, LandingCountError, MisplacedEventError)
"""What a file can do to whoever reads it."""


@dataclass(frozen=True, kw_only=True)
class Examined:
    """The landing files that are left, with what is left of them and their true spans; how much went to quarantine."""

    files: tuple[LandedFile, ...]
    set_aside_count: int
    is_changed: bool
    """Whether another attempt may go better than the one before."""


def examine(lake: Lake, facts: CollectionFacts, files: Sequence[LandedFile], days: Iterable[date]) -> Examined:
    """Looks at every landing file, and at the stored files of the days."""
    left = [_sound_part(lake, facts, file) for file in files]
    smaller = sum(
        sound is None or sound.event_count < file.event_count for sound, file in zip(left, files, strict=True)
    )
    count = smaller + sum(_examine_day(lake, facts, day) for day in days)
    return Examined(
        files=tuple(sound for sound in left if sound is not None),
        set_aside_count=count,
        is_changed=bool(count) or left != list(files),
    )


def _sound_part(lake: Lake, facts: CollectionFacts, file: LandedFile) -> LandedFile | None:
    """What may be absorbed of a landing file; None where nothing may."""
    path = lake.dataset(LANDING_FOLDER) / file.name
    before = find_note(lake, LossReason.UNKNOWN_PERSON, file.name)
    expected = file.event_count - (before.event_count if before else 0)  # killed before the rest was absorbed

    def note(reason: LossReason, count: int, sentence: str) -> QuarantineNote:
        return QuarantineNote(
            key=file.name,
            reason=reason,
            event_count=count,
            sentence=sentence,
            first_us=file.first_us,
            last_us=file.last_us,
        )

    table = read_or_none(path, SCHEMA.names)
    if table is not None and table.num_rows == expected == 0:
        return replace(file, event_count=0)
    if table is None or not table.num_rows:
        said = f"{file.name} cannot be read: look at the disk; its {expected} events were receipted and are lost."
        set_aside_file(lake, note(LossReason.UNREADABLE_FILE, expected, said), path)
        return None
    if table.num_rows != expected:
        said = (
            f"{file.name} holds {table.num_rows} events and not the {expected} of its receipts: "
            "somebody wrote to the landing folder; look who may."
        )
        set_aside_file(lake, note(LossReason.UNEXPLAINED_FILE, expected, said), path)
        return None
    times = table["occurred_at"].cast(pa.int64()).to_numpy()
    first_us, last_us = min(file.first_us, int(times.min())), max(file.last_us, int(times.max()))
    file = replace(file, event_count=expected, first_us=first_us, last_us=last_us)
    is_unknown = ~np.isin(table["workstation_user_id"].to_numpy(), list(facts.time_zones))
    if not is_unknown.any():
        return file
    unknown = table.filter(pa.array(is_unknown))
    people = ", ".join(str(person) for person in sorted(set(unknown["workstation_user_id"].to_pylist())))
    said = f"Landed events name workstation users {people}, who are not registered: restore the governance database."
    set_aside_rows(lake, note(LossReason.UNKNOWN_PERSON, unknown.num_rows, said), unknown)
    with replacing(lake, path) as staged:
        pq.write_table(table.filter(pa.array(~is_unknown)), staged)
    return replace(file, event_count=expected - unknown.num_rows)


def _examine_day(lake: Lake, facts: CollectionFacts, day: date) -> int:
    """Sets aside a day's file that cannot be read, or those of its events that are not of that day."""
    path = lake.day_file("raw_events", day)
    if not path.exists():
        return 0
    table = read_or_none(path, SCHEMA.names)
    if table is None:
        _set_day_aside(lake, day)
        return 1
    people = table["workstation_user_id"].to_numpy()
    is_unknown = ~np.isin(people, list(facts.time_zones))
    known = table.filter(pa.array(~is_unknown))
    keys = PersonDays.of(facts.time_zones, day).keys(
        known["workstation_user_id"].to_numpy(), known["occurred_at"].cast(pa.int64()).to_numpy()
    )
    is_misplaced: npt.NDArray[np.bool_] = np.zeros(len(people), np.bool_)
    is_misplaced[~is_unknown] = keys == OTHER_DAY
    taken = 0
    for reason, chosen in ((LossReason.UNKNOWN_PERSON, is_unknown), (LossReason.MISPLACED_EVENT, is_misplaced)):
        if chosen.any():
            rows = table.filter(pa.array(chosen))
            said = (
                f"{day} held {rows.num_rows} events of people who are not registered or whose day it is not: "
                "somebody changed people or time zones behind the product's back."
            )
            note = QuarantineNote(key=_key(path), reason=reason, event_count=rows.num_rows, sentence=said)
            set_aside_rows(lake, note, rows)
            taken += 1
    if taken:
        with replacing(lake, path) as staged, day_writer(staged) as writer:
            writer.write_table(table.filter(pa.array(~(is_unknown | is_misplaced))).cast(SCHEMA))
    return taken


def set_unreadable_days_aside(lake: Lake, days: Iterable[date]) -> list[date]:
    """Those of the days whose raw events cannot be read; the others can be built without."""
    paths = {day: lake.day_file("raw_events", day) for day in days}
    unreadable = [day for day, path in paths.items() if path.exists() and read_or_none(path, SCHEMA.names) is None]
    for day in unreadable:
        _set_day_aside(lake, day)
    return unreadable


def _set_day_aside(lake: Lake, day: date) -> None:
    """What lands for the day later begins it anew."""
    path = lake.day_file("raw_events", day)
    said = f"The raw events of {day} cannot be read: look at the disk, and restore this file from a backup."
    note = QuarantineNote(key=_key(path), reason=LossReason.UNREADABLE_FILE, event_count=row_count(path), sentence=said)
    set_aside_file(lake, note, path)


def _key(path: Path) -> str:
    """One state of a day's file."""
    return f"{path.parent.name} {path.stat().st_mtime_ns}"
