"""A landing folder full of events made by dice: fast to make, shaped like work, the same for the same seed.

It has no truth to compare with; a workforce whose truth is known is the simulator's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from domain.contexts import context_key
from domain.event_kinds import CODE_BY_KIND, EventKind
from pipelines.mining.collection import LandedFile

Integers = npt.NDArray[np.int64]

EVENTS_PER_VISIT = 25
EVENTS_PER_FILE = 20_000
RESENT_SHARE = 0.02
APPLICATIONS = 60
CONTEXTS_PER_PERSON = 1_600
ELEMENTS = 300
FIRST_DAY = date(2026, 3, 2)
SECOND_US = 1_000_000

_INPUT_KINDS = (
    (EventKind.TYPED, 0.44),
    (EventKind.CLICKED, 0.40),
    (EventKind.SCROLLED, 0.11),
    (EventKind.COPIED, 0.025),
    (EventKind.PASTED, 0.025),
)
LANDING_SCHEMA = pa.schema(
    pa.field(name, type_, nullable=False)
    for name, type_ in (
        ("session_key", pa.int64()),
        ("workstation_user_id", pa.int32()),
        ("sequence", pa.int64()),
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        ("kind", pa.int8()),
        ("context_key", pa.int64()),
        ("source", pa.int8()),
        ("key_count", pa.int32()),
        ("value_length", pa.int32()),
        ("element_role", pa.string()),
        ("element_name", pa.string()),
        ("element_id", pa.string()),
        ("task_name", pa.string()),
        ("case_id", pa.string()),
    )
)


@dataclass(frozen=True, kw_only=True)
class GeneratedLanding:
    """What was made: `events` distinct ones plus `resent` copies, in `files` under `folder`/landing."""

    folder: Path
    files: tuple[LandedFile, ...]
    """With what governance knows of them from their commit."""
    events: int
    resent: int
    person_count: int
    days: tuple[date, ...]


def generate_landing(folder: Path, *, events: int, people: int = 50, days: int = 5, seed: int = 7) -> GeneratedLanding:
    """All are in UTC and work from 08:00; every third person signs out in the evening, the others lock."""
    from governance_api.ingestion.landing import LANDING_OPTIONS  # noqa: PLC0415 nobody who only measures needs it

    for name in ("landing", "contexts"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(seed)
    keys = _write_contexts(folder / "contexts" / "generated.parquet", people)
    files: list[LandedFile] = []
    made = resent = 0
    calendar = tuple(FIRST_DAY + timedelta(days=number) for number in range(days))
    for day in calendar:
        table = _day(dice, day, people=people, events_per_person=events // (people * days), keys=keys)
        made += table.num_rows
        copies = table.take(pa.array(np.sort(dice.choice(table.num_rows, int(table.num_rows * RESENT_SHARE)))))
        resent += copies.num_rows
        for table_file in _files(table, copies):
            times = table_file["occurred_at"].cast(pa.int64()).to_numpy()
            files.append(
                LandedFile(
                    name=f"{len(files):06d}.parquet",
                    first_us=int(times.min()),
                    last_us=int(times.max()),
                    event_count=len(times),
                )
            )
            pq.write_table(table_file, folder / "landing" / files[-1].name, **LANDING_OPTIONS)
    return GeneratedLanding(
        folder=folder, files=tuple(files), events=made, resent=resent, person_count=people, days=calendar
    )


def _write_contexts(path: Path, people: int) -> Integers:
    """The contexts of each person, (people, CONTEXTS_PER_PERSON) keys; a fifth of the applications are web pages."""
    rows = []
    for person in range(people):
        for number in range(CONTEXTS_PER_PERSON):
            application = f"app{(person * 7 + number) % APPLICATIONS:02d}.exe"
            url = f"https://desk.example/{application}/page/{number}" if number % 5 == 0 else ""
            rows.append((application, f"Record {person:03d}-{number:04d} - {application} desk", url))
    keys = np.array([context_key(*row) for row in rows], dtype=np.int64)
    columns = list(zip(*rows, strict=True))
    pq.write_table(
        pa.table(
            {"context_key": keys, "application": columns[0], "window_title": columns[1], "url": columns[2]},
        ),
        path,
        compression="zstd",
    )
    return keys.reshape(people, CONTEXTS_PER_PERSON)


def _day(dice: np.random.Generator, day: date, *, people: int, events_per_person: int, keys: Integers) -> pa.Table:
    opens = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    opens_us = (opens - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    parts = [
        _person_day(
            dice,
            person=person + 1,
            session_key=context_key("session", str(person), day.isoformat()),
            opens_us=opens_us,
            events=events_per_person,
            keys=keys[person],
        )
        for person in range(people)
    ]
    return pa.concat_tables(parts)


def _person_day(
    dice: np.random.Generator, *, person: int, session_key: int, opens_us: int, events: int, keys: Integers
) -> pa.Table:
    times = opens_us + np.cumsum(dice.integers(1_000, 2 * 9 * 3600 * SECOND_US // events, events)).astype(np.int64)
    visit = np.cumsum(dice.random(events) < 1 / EVENTS_PER_VISIT)
    picked = np.minimum(dice.zipf(1.2, visit[-1] + 1) - 1, 10**6) * 7 + dice.integers(0, 40, visit[-1] + 1)
    contexts = keys[(picked % CONTEXTS_PER_PERSON)[visit]]
    kinds = dice.choice(
        [CODE_BY_KIND[kind] for kind, _ in _INPUT_KINDS], events, p=[share for _, share in _INPUT_KINDS]
    ).astype(np.int8)
    kinds[np.flatnonzero(np.diff(visit, prepend=-1))] = CODE_BY_KIND[EventKind.WINDOW_FOCUSED]
    _pauses(dice, times, kinds)
    kinds[0] = CODE_BY_KIND[EventKind.SESSION_STARTED if person % 3 == 0 else EventKind.UNLOCKED]
    kinds[-1] = CODE_BY_KIND[EventKind.SESSION_ENDED if person % 3 == 0 else EventKind.LOCKED]
    clicked = kinds == CODE_BY_KIND[EventKind.CLICKED]
    elements = np.where(clicked, dice.integers(1, ELEMENTS, events), 0)
    empty = pa.DictionaryArray.from_arrays(np.zeros(events, np.int32), pa.array([""]))
    named = pa.array([""] + [f"Button {number}" for number in range(1, ELEMENTS)])
    roles = pa.DictionaryArray.from_arrays(clicked.astype(np.int32), pa.array(["", "button"]))
    columns = [
        np.full(events, session_key, np.int64),
        np.full(events, person, np.int32),
        np.arange(events, dtype=np.int64),
        pa.array(times, pa.timestamp("us", tz="UTC")),
        kinds,
        contexts,
        np.full(events, 3, np.int8),
        np.where(kinds == CODE_BY_KIND[EventKind.TYPED], dice.integers(1, 30, events), 0).astype(np.int32),
        np.zeros(events, np.int32),
        roles.cast(pa.string()),
        pa.DictionaryArray.from_arrays(elements.astype(np.int32), named).cast(pa.string()),
        *[empty.cast(pa.string())] * 3,
    ]
    return pa.Table.from_arrays([pa.array(column) for column in columns], schema=LANDING_SCHEMA)


def _pauses(dice: np.random.Generator, times: Integers, kinds: npt.NDArray[np.int8]) -> None:
    """Two dozen idle times of up to ten minutes and two locks a day; what follows moves to later."""
    places = np.sort(dice.choice(np.arange(2, len(times) - 3), min(26, len(times) // 8), replace=False))
    for number, place in enumerate(places):
        is_lock = number in {8, 17}
        kinds[place] = CODE_BY_KIND[EventKind.LOCKED if is_lock else EventKind.IDLE_STARTED]
        kinds[place + 1] = CODE_BY_KIND[EventKind.UNLOCKED if is_lock else EventKind.IDLE_ENDED]
        times[place + 1 :] += dice.integers(180 * SECOND_US, 600 * SECOND_US)


def _files(events: pa.Table, copies: pa.Table) -> Iterator[pa.Table]:
    """Rows in the order of arrival: batches of about a minute, as ingestion commits them; resends come later."""
    table = pa.concat_tables([events, copies])
    minutes = table["occurred_at"].cast(pa.int64()).to_numpy() // (60 * SECOND_US)
    minutes[events.num_rows :] += 30
    arrived = np.lexsort((table["sequence"].to_numpy(), table["workstation_user_id"].to_numpy(), minutes))
    ordered = table.take(pa.array(arrived))
    for offset in range(0, ordered.num_rows, EVENTS_PER_FILE):
        yield ordered.slice(offset, EVENTS_PER_FILE)
