"""Sets aside what cannot be worked on, with the reason and a count, so that everything else goes on.

It lies in lake/quarantine: a file as it was found or some rows of one, and beside it a note that says why. Governance
is told of each note once (`pipelines.steps.losses`). Nothing here is read again, and after KEPT_DAYS the purge removes
it, because events must not outlive their purpose: until then whoever mended what was at fault can take it from here.
"""

import time
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import msgspec
import pyarrow as pa

from domain.losses import LossReason
from pipelines.mining.lake.files import Lake, put_in_place, replacing, write_table

FOLDER = "quarantine"
KEPT_DAYS = 14
DAY_S = 24 * 3600


class QuarantineNote(msgspec.Struct, frozen=True, kw_only=True):
    """Why something was set aside, and how many events of which time, in microseconds, as far as that is known.

    `key` names the thing: set aside again, it counts once.
    """

    key: str
    reason: LossReason
    event_count: int
    sentence: str
    first_us: int | None = None
    last_us: int | None = None
    noted_at_s: float = 0.0
    is_told: bool = False

    @property
    def stem(self) -> str:
        return blake2b(f"{self.reason} {self.key}".encode(), digest_size=16).hexdigest()


def set_aside_file(lake: Lake, note: QuarantineNote, path: Path) -> None:
    """Moves the file; the note is durable before."""
    _write(lake, note)
    put_in_place(path, lake.dataset(FOLDER) / f"{note.stem}.parquet")


def set_aside_rows(lake: Lake, note: QuarantineNote, rows: pa.Table) -> None:
    """Keeps rows that are about to be taken out of their file."""
    _write(lake, note)
    write_table(lake, rows, lake.dataset(FOLDER) / f"{note.stem}.parquet")


def find_note(lake: Lake, reason: LossReason, key: str) -> QuarantineNote | None:
    """What was noted before of the same thing."""
    sought = QuarantineNote(key=key, reason=reason, event_count=0, sentence="")
    path = lake.dataset(FOLDER) / f"{sought.stem}.json"
    return _read(path) if path.exists() else None


def tell_notes(lake: Lake, tell: Callable[[QuarantineNote], None]) -> list[QuarantineNote]:
    """Calls `tell` with each note that was not told of, and remembers it unless that raises; gives those notes."""
    told = []
    for path in sorted(lake.dataset(FOLDER).glob("*.json")):
        note = _read(path)
        if not note.is_told:
            tell(note)
            _replace(lake, msgspec.structs.replace(note, is_told=True))
            told.append(note)
    return told


def purge_quarantine(lake: Lake, *, is_dry_run: bool) -> dict[str, int]:
    """Removes what has lain there for KEPT_DAYS; says how many events that are. Notes stay until they are told."""
    count = 0
    for path in sorted(lake.dataset(FOLDER).glob("*.json")):
        note, data = _read(path), path.with_suffix(".parquet")
        if note.noted_at_s > time.time() - KEPT_DAYS * DAY_S:
            continue
        count += note.event_count if data.exists() else 0
        if not is_dry_run:
            data.unlink(missing_ok=True)
            if note.is_told:
                path.unlink()
    return {FOLDER: count}


def _write(lake: Lake, note: QuarantineNote) -> None:
    if find_note(lake, note.reason, note.key) is None:
        _replace(lake, msgspec.structs.replace(note, noted_at_s=time.time()))


def _replace(lake: Lake, note: QuarantineNote) -> None:
    with replacing(lake, lake.dataset(FOLDER) / f"{note.stem}.json") as staged:
        staged.write_bytes(msgspec.json.encode(note))


def _read(path: Path) -> QuarantineNote:
    return msgspec.json.decode(path.read_bytes(), type=QuarantineNote)
