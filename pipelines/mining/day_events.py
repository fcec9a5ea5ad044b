"""One local day's events in memory: read in the order in which they landed, put in order of person and time, each once.

Which files hold a day's events, and where the day ends for whom, is said by `raw_events`. Done in numpy because a day
arrives nearly in order: sorting one packed key costs a fifth of what an engine pays for carrying whole rows through a
sort (benchmarks/README.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

Integers = npt.NDArray[np.int64]

TEXTS = ("element_role", "element_name", "element_id", "task_name", "case_id")
_TEXT = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        ("session_key", pa.int64()),
        ("workstation_user_id", pa.int32()),
        ("sequence", pa.int64()),
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        ("kind", pa.int8()),
        ("context_key", pa.int64()),
        ("source", pa.int8()),
        ("key_count", pa.int32()),
        ("value_length", pa.int32()),
        *((name, _TEXT) for name in TEXTS),
    ]
)
KEPT_AS_THEY_ARE = ("session_key", "sequence", "kind", "context_key", "source", "key_count", "value_length")
"""Numbers that are carried along; person and time stand in the key."""
ASCENDING = ("sequence", "occurred_at")
"""Columns that hardly repeat and mostly rise: kept as differences, the others by dictionary."""
SEARCHED = ("workstation_user_id", "occurred_at")
"""Columns by whose least and greatest value a reader may skip groups of rows; to know them of all costs a quarter."""
ROWS_PER_GROUP = 500_000
TIME_BITS = 38
"""Microseconds of three days: a local day lasts up to 50 hours where the time zone changes, and not everybody's begins
at the same instant."""


OTHER_PEOPLE, OTHER_DAY = -1, -2
"""In place of a key: events of others, or at a time that is not of the day."""


class MisplacedEventError(RuntimeError):
    """A day's file holds events that are not of that day for their person; rewriting it would lose them."""


class LandingCountError(RuntimeError):
    """Files hold more events than their receipts say."""


class UnknownPersonError(RuntimeError):
    """Landed events of somebody who is no registered workstation user."""


@dataclass(frozen=True)
class PersonDays:
    """Where the day begins and ends for each of some people, ids ascending; microseconds, the end excluded."""

    people: Integers
    starts_us: Integers
    ends_us: Integers
    registered: Integers
    """Everybody, ids ascending."""

    def keys(self, people: Integers, times: Integers) -> Integers:
        """(place of the person, time since the first begin) in one number that sorts alike, or why there is none.

        Raises UnknownPersonError.
        """
        slots = np.full(max(int(self.registered[-1]), int(people.max(initial=0))) + 1, -2, np.int64)
        slots[self.registered] = -1
        slots[self.people] = np.arange(len(self.people))
        slot = slots[people]
        if slot.min(initial=0) == -2:
            raise UnknownPersonError(
                f"Landed events name workstation user {people[np.argmin(slot)]}, who is not registered: "
                "restore the governance database that knows this person, or remove the landing files."
            )
        inside = (slot >= 0) & (times >= self.starts_us[slot]) & (times < self.ends_us[slot])
        elsewhere = np.where(slot >= 0, OTHER_DAY, OTHER_PEOPLE)
        return np.where(inside, (slot << TIME_BITS) | (times - self.starts_us.min()), elsewhere)

    def in_groups(self, count: int) -> Iterator["PersonDays"]:
        """At most `count` people at a time, in order."""
        for first in range(0, len(self.people), count):
            chosen = slice(first, first + count)
            yield PersonDays(self.people[chosen], self.starts_us[chosen], self.ends_us[chosen], self.registered)

    def people_of(self, keys: Integers) -> Integers:
        people: Integers = self.people[keys >> TIME_BITS]
        return people

    def times_of(self, keys: Integers) -> Integers:
        times: Integers = (keys & ((1 << TIME_BITS) - 1)) + self.starts_us.min()
        return times


@dataclass(frozen=True)
class DayEvents:
    """Events of some people's day in the order in which they landed; texts as codes into a dictionary each."""

    days: PersonDays
    keys: Integers
    stored_count: int
    """So many of the first rows stood in the day's file already."""
    numbers: dict[str, Integers]
    codes: dict[str, npt.NDArray[np.int32]]
    dictionaries: dict[str, pa.Array]

    def landed(self) -> Iterator[tuple[int, int, int]]:
        """(person, microsecond of the first, count) of the events that are not from the day's file."""
        keys = self.keys[self.stored_count :]
        places = keys >> TIME_BITS
        counts = np.bincount(places, minlength=len(self.days.people))
        first = np.full(len(counts), np.iinfo(np.int64).max)
        np.minimum.at(first, places, keys)
        some = np.flatnonzero(counts)
        yield from zip(
            self.days.people[some].tolist(),
            self.days.times_of(first[some]).tolist(),
            counts[some].tolist(),
            strict=True,
        )


def read_day_events(stored: Path | None, landed: Sequence[Path], row_count: int, days: PersonDays) -> DayEvents:
    """What the files, of `row_count` rows in all, hold of the day of these people.

    Raises UnknownPersonError, LandingCountError and MisplacedEventError.
    """
    keys = np.empty(row_count, np.int64)
    numbers = {name: np.empty(row_count, SCHEMA.field(name).type.to_pandas_dtype()) for name in KEPT_AS_THEY_ARE}
    texts: dict[str, list[pa.DictionaryArray]] = {name: [] for name in TEXTS}
    filled = stored_count = 0
    for path in [*([] if stored is None else [stored]), *landed]:
        table = pq.ParquetFile(path, read_dictionary=list(TEXTS)).read(columns=SCHEMA.names, use_threads=False)
        found = days.keys(table["workstation_user_id"].to_numpy(), table["occurred_at"].cast(pa.int64()).to_numpy())
        if path == stored and found.min(initial=0) == OTHER_DAY:
            raise MisplacedEventError(
                f"{path.parent.name} holds events that are not of that day on the clock of their person: the time zone "
                "of somebody was changed behind the product's back; change it back, or restore the governance database."
            )
        chosen = np.flatnonzero(found >= 0)
        if len(chosen) < table.num_rows:
            table, found = table.take(pa.array(chosen)), found[chosen]
        after = filled + table.num_rows
        if after > row_count:
            raise LandingCountError(
                f"{path.name} and the files before it hold more than the {row_count} events of their receipts: "
                "somebody wrote to the landing folder; restore it, or remove the file that no receipt explains."
            )
        keys[filled:after] = found
        for name, values in numbers.items():
            values[filled:after] = table[name].to_numpy()
        for name, chunks in texts.items():
            chunks.extend(table[name].chunks)
        filled = after
        stored_count = filled if path == stored else stored_count
    unified = {name: pa.chunked_array(chunks, _TEXT).unify_dictionaries() for name, chunks in texts.items()}
    return DayEvents(
        days=days,
        keys=keys[:filled],
        stored_count=stored_count,
        numbers={name: values[:filled] for name, values in numbers.items()},
        codes={name: _codes(column) for name, column in unified.items()},
        dictionaries={name: _dictionary(column) for name, column in unified.items()},
    )


def rows_in_order(events: DayEvents) -> Integers:
    """Rows by person, time, session and sequence; of those that share session and sequence only the first landed."""
    keys, sessions, sequences = events.keys, events.numbers["session_key"], events.numbers["sequence"]
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    tied = np.flatnonzero(ordered[1:] == ordered[:-1])
    if len(tied):
        among = np.union1d(tied, tied + 1)
        rows = order[among]
        order[among] = rows[np.lexsort((rows, sequences[rows], sessions[rows], keys[rows]))]
        one, next_one = order[tied], order[tied + 1]
        is_resent = np.zeros(len(order), np.bool_)
        is_resent[tied + 1] = (sessions[one] == sessions[next_one]) & (sequences[one] == sequences[next_one])
        order = order[~is_resent]
    return _without_other_times(order, sessions, sequences)


def _without_other_times(order: Integers, sessions: Integers, sequences: Integers) -> Integers:
    """A resend repeats the time of its original, and then stood beside it. Should one not: the first landed stays."""
    of_order, sequence_of_order = sessions[order], sequences[order]
    begins = np.flatnonzero(np.diff(of_order, prepend=of_order[:1] + 1))
    session, sequence = of_order, sequence_of_order
    if len(np.unique(of_order[begins])) < len(begins):  # sessions of one person side by side
        by_session = np.argsort(of_order, kind="stable")
        session, sequence = of_order[by_session], sequence_of_order[by_session]
    steps_back = (session[1:] == session[:-1]) & (sequence[1:] <= sequence[:-1])
    if not steps_back.any():
        return order
    rows = order[np.isin(of_order, np.unique(session[1:][steps_back]))]
    rows = rows[np.lexsort((rows, sequences[rows], sessions[rows]))]
    again = (sessions[rows][1:] == sessions[rows][:-1]) & (sequences[rows][1:] == sequences[rows][:-1])
    is_dropped = np.zeros(len(sessions), np.bool_)
    is_dropped[rows[1:][again]] = True
    return order[~is_dropped[order]]


def day_writer(path: Path) -> pq.ParquetWriter:
    """Writes groups of rows one after the other; readers see texts, not dictionaries."""
    return pq.ParquetWriter(
        path,
        SCHEMA,
        compression="zstd",
        compression_level=1,
        version="2.6",
        data_page_version="2.0",
        store_schema=False,
        use_dictionary=[name for name in SCHEMA.names if name not in ASCENDING],
        column_encoding=dict.fromkeys(ASCENDING, "DELTA_BINARY_PACKED"),
        write_statistics=list(SEARCHED),
    )


def tables_in_order(events: DayEvents) -> Iterator[pa.Table]:
    """The day as tables of SCHEMA, to be written in this order."""
    order = rows_in_order(events)
    for first in range(0, len(order), ROWS_PER_GROUP):
        rows = order[first : first + ROWS_PER_GROUP]
        keys = events.keys[rows]
        columns: dict[str, pa.Array] = {
            "workstation_user_id": pa.array(events.days.people_of(keys).astype(np.int32)),
            "occurred_at": pa.array(events.days.times_of(keys)).view(SCHEMA.field("occurred_at").type),
        }
        columns |= {name: pa.array(values[rows]) for name, values in events.numbers.items()}
        columns |= {
            name: pa.DictionaryArray.from_arrays(pa.array(codes[rows]), events.dictionaries[name])
            for name, codes in events.codes.items()
        }
        yield pa.Table.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def _codes(column: pa.ChunkedArray) -> npt.NDArray[np.int32]:
    return np.concatenate([np.empty(0, np.int32), *(chunk.indices.to_numpy() for chunk in column.chunks)])


def _dictionary(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0).dictionary if column.num_chunks else pa.array([], pa.string())
